import type { Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import type { Book } from '../ui/terms.ts';
import { barred, fits, type Gap, gapsOf, limitOf, nearest, quotaOf } from './rules.ts';

const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;
const at = (local: string) => Date.parse(`${local}+08:00`);
const row = (kind: string, id: string, f: Row['f'], by = 'b1'): Row => ({ id, kind, at: 1, by, ver: id, n: 1, f });
const book: Book = {
  choices: [row('policy', 'p', { team: 'day', pack: 'ecom', since: '2026-01-01' })],
  changes: [],
};
const none: Book = { choices: [], changes: [] };
const shift = (id: string, start: string, hours = 8): Shift => {
  const f = { person: 'b1', post: 'east', site: 's', team: 'day', date: start.slice(0, 10), label: 'D' };
  return shiftsIn([row('shift', id, { ...f, start: at(start), end: at(start) + hours * HOUR })])[0] as Shift;
};
const NINTH = shift('a', '2026-03-09T17:00');
const gap = (direction: 'in' | 'out'): Gap => {
  const due = direction === 'in' ? NINTH.start : NINTH.end;
  return { shift: NINTH, direction, due, until: limitOf(due, book, 'day', NINTH.date, ZONE) };
};

test('the window ends with the second day after the punch was due, each end of a night shift by its own day', () => {
  expect(gap('in').until).toBe(at('2026-03-12T00:00') - 1);
  expect(gap('out').until).toBe(at('2026-03-13T00:00') - 1);
  expect(limitOf(NINTH.start, none, 'day', NINTH.date, ZONE)).toBeUndefined();
});

test('used are those of the month that were not taken back or overtaken', () => {
  const states = ['requested', 'granted', 'rejected', 'withdrawn', 'moot'];
  const rows = states.map((state) => row('correction', state, { person: 'b1', month: '2026-03', state }));
  const others = [
    row('correction', 'x', { person: 'b2', month: '2026-03', state: 'granted' }),
    row('correction', 'y', { person: 'b1', month: '2026-02', state: 'granted' }),
    row('correction', 'z', { shift: 'a' }),
  ];
  const quota = quotaOf([...rows, ...others], [NINTH], book, 'b1', 'day', '2026-03-09');
  expect(quota).toEqual({ used: 4, cap: 3, clause: 'R-COR-02' });
});

test.each([
  [2, at('2026-03-12T00:00') - 1, undefined],
  [3, at('2026-03-12T00:00') - 1, 'correction_cap'],
  [2, at('2026-03-12T00:00'), 'correction_late'],
])('%i used, asked at %i', (used, now, code) => {
  expect(barred(gap('in'), { used, cap: 3, clause: 'R-COR-02' }, book, now)?.code).toBe(code);
});

test('some regulations know no corrections', () => {
  const bar = { choices: [row('policy', 'p', { team: 'day', pack: 'bar', since: '2026-01-01' })], changes: [] };
  const said = barred(gap('in'), { used: 0, cap: undefined, clause: '' }, bar, NINTH.end);
  expect(said).toEqual({ code: 'correction_off', clause: 'R-COR-04' });
});

test('missing is what was due, is not on record, and was not asked for', () => {
  const punch = row('punch', 'q', { shift: 'a', direction: 'in' });
  const asked = row('correction', 'c', { shift: 'a', direction: 'out', state: 'requested' });
  const found = (punches: Row[], rows: Row[], now = NINTH.end) =>
    gapsOf([NINTH], punches, rows, book, 'b1', now, ZONE).map(({ direction }) => direction);
  expect(found([], [], NINTH.start - 1)).toEqual([]);
  expect(found([], [], NINTH.start)).toEqual(['in']);
  expect(found([], [])).toEqual(['out', 'in']);
  expect(found([punch], [])).toEqual(['out']);
  expect(found([punch], [asked])).toEqual([]);
  expect(found([punch], [row('correction', 'c', { shift: 'a', direction: 'out', state: 'rejected' })])).toEqual([
    'out',
  ]);
});

test('a claimed time lies by the shift and has passed', () => {
  const now = NINTH.end + 6 * HOUR;
  expect(fits(NINTH.start - 90 * 60_000, gap('in'), book, now)).toBe(true);
  expect(fits(NINTH.start - 90 * 60_000 - 1, gap('in'), book, now)).toBe(false);
  expect(fits(NINTH.end + 180 * 60_000 + 1, gap('in'), book, now)).toBe(false);
  expect(fits(NINTH.start + 1, gap('in'), book, NINTH.start)).toBe(false);
});

test('a time of day is the one nearest to when the punch was due, across midnight too', () => {
  expect(nearest('00:50', NINTH.end, ZONE)).toBe(at('2026-03-10T00:50'));
  expect(nearest('23:50', NINTH.end, ZONE)).toBe(at('2026-03-09T23:50'));
  expect(nearest('', NINTH.end, ZONE)).toBeUndefined();
});
