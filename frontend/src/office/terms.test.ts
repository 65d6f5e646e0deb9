import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { changed, chosen, NONE } from '../ui/terms.ts';
import { canonical, difference, offers, termsOf } from './terms.ts';

interface Cases {
  readonly choices: readonly Row[];
  readonly changes: readonly Row[];
  readonly dates: readonly {
    readonly date: string;
    readonly pack: string;
    readonly values: Readonly<Record<string, readonly [Json, string]>>;
    readonly differs: readonly string[];
  }[];
}

/** What the server's book says (tools/policy_pages.py). */
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'terms-cases.json'), 'utf8')) as Cases;

function on(date: string) {
  const pack = String(chosen(cases.choices, 't', date)?.f['pack'] ?? NONE);
  return { pack, terms: termsOf(pack, date, changed(cases.changes, 't', date)) };
}

test.each(cases.dates)('on $date a team is under what the server says', ({ date, pack, values, differs }) => {
  const found = on(date);
  expect(found.pack).toBe(pack);
  for (const [key, [value, clause]] of Object.entries(values)) {
    expect([key, canonical(found.terms.get(key)?.value ?? null), found.terms.get(key)?.clause]).toEqual([
      key,
      canonical(value),
      clause,
    ]);
  }
  const first = cases.dates[0];
  expect(difference(on(first?.date ?? '').terms, found.terms).map(({ key }) => key)).toEqual(differs);
});

test('another team is under nothing', () => {
  expect(chosen(cases.choices, 'u', '2026-04-01')).toBeUndefined();
  expect(changed(cases.changes, 'u', '2026-04-10').size).toBe(0);
});

test('canonical JSON has sorted keys and no spaces', () => {
  expect(canonical({ b: [1, null], a: { d: 'x', c: true } })).toBe('{"a":{"c":true,"d":"x"},"b":[1,null]}');
});

test('a structure is offered as each regulation states it, and by default', () => {
  expect(offers('late.tiers').map(({ code }) => code)).toEqual(['', 'bar', 'ding', 'sales']);
});
