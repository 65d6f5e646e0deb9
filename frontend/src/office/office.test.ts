// What the office's screens compute from rows: the order of posts, floors, suggestions, what a decision says.

import type { Json, OwnAct, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { wholeNumber } from '../ui/numbers.ts';
import { decisionOf, isDecided } from './acts.ts';
import { moves } from './order.ts';
import { byFloor } from './places.ts';
import { holds } from './search.ts';
import { readCounts, receive, sections } from './sections.ts';
import { suggested, unitNames } from './unit-names.ts';

function row(id: string, f: Record<string, Json>, kind = 'unit'): Row {
  return { id, kind, at: 1, by: 'p', f, ver: id, n: 1 };
}

test('moving a post writes what changes its place, and nothing else', () => {
  const posts = ['a', 'b', 'c'].map((id, i) => row(id, { order: i + 1 }, 'post'));
  expect(moves(posts, 2, 1)).toEqual([
    { kind: 'post.amend', entity: 'c', values: { order: 2 } },
    { kind: 'post.amend', entity: 'b', values: { order: 3 } },
  ]);
  expect(moves(posts, 1, 1)).toEqual([]);
  const alike = ['a', 'b'].map((id) => row(id, { order: 1 }, 'post'));
  expect(moves(alike, 1, 0)).toEqual([{ kind: 'post.amend', entity: 'a', values: { order: 2 } }]);
});

test('floors lie as they do in the building, rooms as one counts them', () => {
  const units = [
    row('1', { name: '1002', floor: 10 }),
    row('2', { name: '902', floor: 9 }),
    row('3', { name: '1001', floor: 10 }),
    row('4', { name: 'shop' }),
    row('5', { name: 'B101', floor: -1 }),
  ];
  expect(byFloor(units).map(([floor, rooms]) => [floor, rooms.map(({ id }) => id)])).toEqual([
    [10, ['3', '1']],
    [9, ['2']],
    [-1, ['5']],
    [undefined, ['4']],
  ]);
});

test('a unit is suggested by its room or its building, at its own site alone', () => {
  const buildings = [row('h3', { name: '3栋' }, 'building'), row('h12', { name: '12栋' }, 'building')];
  const units = [
    row('a', { name: '1204', building: 'h3', site: 's' }),
    row('b', { name: '312', building: 'h3', site: 's' }),
    row('c', { name: '101', building: 'h12', site: 's' }),
    row('d', { name: '1204', building: 'h3', site: 'other' }),
    row('e', { name: '1205', building: 'h3', site: 's', closed: 5 }),
  ];
  const names = unitNames(units, buildings);
  const found = (typed: string, most = 9) => suggested(units, names, 's', typed, most).map(([id]) => id);
  expect(found('12')).toEqual(['a', 'c', 'b']);
  expect(found('3栋 12')).toEqual(['a', 'b']);
  expect(found('12', 1)).toEqual(['a']);
  expect(found(' ')).toEqual([]);
});

test('what was typed is found in any order, width and case', () => {
  expect(holds('翠湖 East Gate', 'gate 翠')).toBe(true);
  expect(holds('粤B12345', 'ｂ12')).toBe(true);
  expect(holds('粤B12345', 'b13')).toBe(false);
  expect(holds('anything', '')).toBe(true);
});

test('only whole numbers within their limits are numbers', () => {
  expect(wholeNumber('-3', -20, 300)).toBe(-3);
  for (const text of ['', ' ', '1.5', '301', '-21', 'x', '1e9'])
    expect(wholeNumber(text, -20, 300), text).toBe(undefined);
});

const act = (part: Partial<OwnAct>): OwnAct => ({
  id: 'o',
  kind: 'site.create',
  entity: 'o',
  at: 1,
  state: 'waiting',
  ...part,
});

test('a form says saved of an applied act alone', () => {
  expect(decisionOf(act({ state: 'delivered' }))).toEqual({ d: 'applied', said: '' });
  expect(decisionOf(act({ state: 'delivered', code: 'behind_parked' })).d).toBe('waiting');
  expect(decisionOf(act({ state: 'needs_you', code: 'name_taken' }))).toEqual({
    d: 'refused',
    said: '同一处已经有这个名称或编号了。',
    code: 'name_taken',
  });
  for (const state of ['waiting', 'sending'] as const) {
    expect(isDecided(act({ state }))).toBe(false);
    expect(decisionOf(act({ state })).d).toBe('waiting');
  }
  expect(decisionOf(undefined).d).toBe('waiting');
});

test('what is closed or over is not counted', async () => {
  const rows: Record<string, Row[]> = {
    site: [row('1', {}, 'site'), row('2', { closed: 3 }, 'site')],
    vehicle: [row('3', { until: 5 }, 'vehicle'), row('4', { until: 15 }, 'vehicle'), row('5', {}, 'vehicle')],
  };
  const view = { all: async (kind: string) => rows[kind] ?? [] };
  const counts = await readCounts(view as unknown as Parameters<typeof readCounts>[0], 10);
  expect(counts).toMatchObject({ sites: 1, vehicles: 2, teams: 0 });
});

test('what another feature brings is listed after the office’s own sections', () => {
  const before = sections().map(({ path }) => path);
  receive('robots', '/office/robots');
  expect(sections().map(({ path }) => path)).toEqual([...before, '/office/robots']);
});
