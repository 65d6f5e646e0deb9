/** The cases of `sync/vectors`, run by this half. */

import './office.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNNERS, type Vector } from './testing/runners.ts';

const FOLDER = join(import.meta.dirname, '..', 'vectors');
const LEAST_SUITES = 18;

interface Suite {
  readonly topic: string;
  readonly halves?: readonly string[];
  readonly cases: readonly Vector[];
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json') && name !== 'schema.json');
const suites = files.map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Suite);
// A suite for the server alone is run where this half has the same function.
const ours = suites.filter(({ topic, halves }) => halves?.includes('browser') !== false || topic in RUNNERS);

it('finds the suites', () => {
  expect(ours.length).toBeGreaterThanOrEqual(LEAST_SUITES);
});

it('has a runner for every topic, and no runner without one', () => {
  expect(Object.keys(RUNNERS).sort()).toEqual(ours.map((suite) => suite.topic).sort());
});

it('meets every code of the refusals and no other', async () => {
  const { PARKED, REFUSED } = await import('./refusals.ts');
  const suite = suites.find(({ topic }) => topic === 'refusals');
  const codes = suite?.cases.map(({ given }) => given['code']);
  expect([...(codes ?? [])].sort()).toEqual([...REFUSED, ...PARKED].sort());
});

for (const { topic, cases } of ours) {
  describe(topic, () => {
    it.each(cases)('$name', async ({ given, expected }) => {
      const found = await RUNNERS[topic]?.(structuredClone(given), expected);
      // Compared as JSON: a missing key is not undefined, and a list is in order.
      expect(JSON.parse(JSON.stringify(found ?? null))).toStrictEqual(expected);
    });
  });
}
