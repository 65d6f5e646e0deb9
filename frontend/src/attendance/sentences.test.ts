// Every sentence that rules can say has its words, in every language, and every fact of it is told.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { words as en } from '../messages/attendance/en.ts';
import { words as simplified } from '../messages/attendance/zh-CN.ts';
import { words as traditional } from '../messages/attendance/zh-TW.ts';

const source = readFileSync(join(import.meta.dirname, '../../../backend/gatehouse/rules/sentences.py'), 'utf8');

/** The keys of one of the two lists with the names of their facts. */
function listed(name: string): Map<string, string[]> {
  const [, body = ''] = new RegExp(`^${name}: [^=]+= \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source) ?? [];
  const found = new Map<string, string[]>();
  for (const [, key = '', facts = ''] of body.matchAll(/^ {4}"(\w+)": \(([^)]*)\),$/gm)) {
    found.set(
      key,
      [...facts.matchAll(/"(\w+)"/g)].map(([, fact = '']) => fact),
    );
  }
  // A line that the pattern does not fit would go unseen.
  expect(found.size).toBe([...body.matchAll(/^ {4}"/gm)].length);
  return found;
}

/** Facts that point at a record: the screen needs no words for them. */
const POINTERS = new Set(['punch', 'leave', 'outing', 'correction', 'swap', 'outage']);

const named = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

test.each([
  ['SENTENCES', 'line', 35],
  ['CAUSES', 'cause', 10],
] as const)('%s have their words in three languages, with every fact', (list, part, least) => {
  const keys = listed(list);
  expect(keys.size).toBeGreaterThanOrEqual(least);
  for (const words of [simplified, traditional, en]) {
    expect(Object.keys(words[part]).sort()).toEqual([...keys.keys()].sort());
    for (const [key, facts] of keys) {
      expect(named(words[part][key] ?? ''), key).toEqual(facts.filter((fact) => !POINTERS.has(fact)).sort());
    }
  }
});

test('every cause has a name of its own', () => {
  const causes = [...listed('CAUSES').keys()].sort();
  for (const { causeName } of [simplified, traditional, en]) {
    expect(Object.keys(causeName).sort()).toEqual(causes);
    expect(new Set(Object.values(causeName)).size).toBe(causes.length);
  }
});

test('every state that a fact can name has a word', () => {
  const facts = readFileSync(join(import.meta.dirname, '../../../backend/gatehouse/rules/facts.py'), 'utf8');
  const choices = (name: string) =>
    [...facts.matchAll(new RegExp(`^\\s*${name}\\b[^\\n]*Literal\\[([^\\]]+)\\]`, 'gm'))]
      .flatMap(([, body = '']) => [...body.matchAll(/"(\w+)"/g)])
      .map(([, choice = '']) => choice);
  const states = choices('state');
  expect(new Set(states).size).toBeGreaterThanOrEqual(8);
  const sorts = choices('LeaveSort');
  expect(sorts).toHaveLength(5);
  for (const { fact } of [simplified, traditional, en]) {
    expect(Object.keys(fact.state)).toEqual(expect.arrayContaining(states.filter((state) => state !== 'moot')));
    expect(Object.keys(fact.sort).sort()).toEqual([...sorts].sort());
  }
});
