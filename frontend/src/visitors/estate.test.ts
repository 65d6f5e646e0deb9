import type { Json, Row, View } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { likeTyped, readRegistered } from './estate.tsx';

const UNITS = ['3栋1204', '3栋312', '12栋101', '3栋1205'];

test('units are offered by building and room; those used last come first', () => {
  expect(likeTyped(UNITS, [], '12', 9)).toEqual(['3栋312', '12栋101', '3栋1204', '3栋1205']);
  expect(likeTyped(UNITS, ['3栋1205'], '12', 2)).toEqual(['3栋1205', '3栋312']);
  expect(likeTyped(UNITS, [], '3 栋 120', 9)).toEqual(['3栋1204', '3栋1205']);
  expect(likeTyped(UNITS, [], ' ', 9)).toEqual([]);
});

const row = (id: string, kind: string, f: Record<string, Json>): Row => ({
  id,
  kind,
  at: 1,
  by: 'p',
  f,
  ver: id,
  n: 1,
});
const ROWS = [
  row('b', 'building', { name: '3栋' }),
  row('u', 'unit', { name: '1204', building: 'b' }),
  row('1', 'vehicle', { plate: '粤B·12345', site: 's', category: 'resident', unit: 'u' }),
  row('2', 'vehicle', { plate: '粤B22222', site: 's', category: 'barred' }),
  row('3', 'vehicle', { plate: '粤B33333', site: 's', category: 'tenant', until: 10 }),
  row('4', 'vehicle', { plate: '粤B44444', site: 'other', category: 'tenant' }),
];
const view = {
  all: async (kind: string) => ROWS.filter((one) => one.kind === kind),
  get: async (id: string) => ROWS.find((one) => one.id === id),
} as unknown as View;

test('a plate is known at its own site, with the instant until which it is registered', async () => {
  const known = (plate: string) => readRegistered(view, 's', plate);
  const until = Number.POSITIVE_INFINITY;
  expect(await known('粤B12345')).toEqual({ barred: false, unit: '3栋1204', until });
  expect(await known('粤B22222')).toEqual({ barred: true, unit: '', until });
  expect(await known('粤B33333')).toMatchObject({ until: 10 });
  expect(await known('粤B44444')).toBeNull();
  expect(await known('粤B1234')).toBeNull();
});
