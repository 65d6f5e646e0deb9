import type { Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import catalogue from '../../../sync/browser/entities.json';
import { PRIVATE } from '../ui/values.ts';
import {
  blank,
  CATEGORIES,
  changesOf,
  entryOf,
  ID_KINDS,
  LIMITS,
  MOST_COMPANIONS,
  split,
  TEXTS,
  tidy,
  valuesOf,
} from './fields.ts';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-21T15:41:30Z');
const visit = catalogue.entities.visit.fields;

test('limits, choices and the private side are the protocol’s', () => {
  for (const name of [...TEXTS, 'note'] as const) expect(visit[name].max, name).toBe(LIMITS[name]);
  expect(visit.items.max).toBe(LIMITS.item);
  expect(visit.companions.max).toBe(MOST_COMPANIONS);
  expect([...visit.category.choices].sort()).toEqual([...CATEGORIES].sort());
  expect([...visit.id_kind.choices].sort()).toEqual([...ID_KINDS].sort());
  const hidden = Object.entries(visit).filter(([, field]) => 'private' in field && field.private);
  expect(hidden.map(([name]) => name).sort()).toEqual([...PRIVATE].sort());
});

test('an empty form carries nothing', () => {
  expect(valuesOf(blank(), NOW, ZONE)).toEqual({});
});

test('what is filled in is tidied and goes to its side', () => {
  const entry = {
    ...blank(),
    category: 'courier' as const,
    name: '  王\u0000五 ',
    plate: '粤b 12345',
    companions: 2,
    items: '梯子\n冲击钻、梯子;;',
    note: '第一行\r\n第二行',
    stay: '2' as const,
  };
  expect(split(valuesOf(entry, NOW, ZONE))).toEqual({
    values: { category: 'courier', companions: 2, expected_out: NOW + 7_200_000 },
    private: { name: '王 五', plate: '粤B12345', items: ['冲击钻', '梯子'], note: '第一行\n第二行' },
  });
  expect(split({ unit: '1' })).toEqual({ values: { unit: '1' } });
});

test('the province that the keypad offers is no plate yet', () => {
  expect(valuesOf({ ...blank(), plate: '粤' }, NOW, ZONE)).toEqual({});
});

test('items are sorted by code point, not by UTF-16 unit', () => {
  expect(valuesOf({ ...blank(), items: '🚲\n\uff5e' }, NOW, ZONE)['items']).toEqual(['\uff5e', '🚲']);
});

test('texts are NFC; half an emoji is left for the engine to refuse', () => {
  expect(tidy('e\u0301\ud800')).toBe('é\ud800');
  expect(tidy('a\nb')).toBe('a b');
  expect(tidy('a\nb', true)).toBe('a\nb');
});

const row: Row = {
  id: 'v',
  kind: 'visit',
  at: NOW,
  by: 'p',
  ver: 'v',
  n: 1,
  f: {
    category: 'courier',
    name: '王五',
    unit: '3-1201',
    companions: 2,
    expected_out: NOW,
    note: [['o', 'p', 1, 'x']],
  },
};

test('an amendment carries touched fields alone; null clears', () => {
  const before = entryOf(row);
  const change = (part: Partial<typeof before>) => changesOf(row, before, { ...before, ...part }, NOW, ZONE);
  expect(change({})).toEqual({});
  expect(change({ unit: '3-1202' })).toEqual({ unit: '3-1202' });
  expect(change({ name: '', companions: 0 })).toEqual({ name: null, companions: null });
  expect(change({ stay: 'none' })).toEqual({ expected_out: null });
  expect(change({ note: 'y' })).toEqual({ note: 'y' });
});
