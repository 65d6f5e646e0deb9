import type { Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Book, termOn } from '../ui/terms.ts';
import { type Asked, outlook } from './rules.ts';

const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;
const at = (local: string) => Date.parse(`${local}+08:00`);
const row = (kind: string, id: string, f: Row['f']): Row => ({ id, kind, at: 1, by: 'admin', ver: id, n: 1, f });
const under = (pack: string, ...changes: Row[]): Book => ({
  choices: [row('policy', 'p', { team: 'day', pack, since: '2026-01-01' })],
  changes,
});
const shift = (start: string, hours: number, night = false): Shift => {
  const f = { person: 'b1', post: 'east', site: 's', team: 'day', date: start.slice(0, 10), label: 'D', night };
  return shiftsIn([row('shift', 'x', { ...f, start: at(start), end: at(start) + hours * HOUR })])[0] as Shift;
};
const DAY = shift('2026-03-05T09:00', 9);
const NIGHT = shift('2026-03-05T17:00', 8, true);
const of = (one: Shift, more: Partial<Asked> = {}): Asked => ({
  ...{ sort: 'personal', since: one.start, until: one.end, substitute: 'b2' },
  ...more,
});
const seen = (pack: string, now: string | number, one = DAY, more: Partial<Asked> = {}, swapped: string[] = []) =>
  outlook(of(one, more), [one], new Set(swapped), under(pack), 'day', typeof now === 'string' ? at(now) : now, ZONE);

test('the class follows from the time of asking, by the second', () => {
  expect(seen('ecom', '2026-03-04T23:59').class).toBe('ordinary');
  expect(seen('ecom', '2026-03-05T00:00').class).toBe('urgent');
  expect(seen('ecom', '2026-03-05T07:00').class).toBe('urgent');
  expect(seen('ecom', at('2026-03-05T07:00') + 1).class).toBe('late');
  expect(seen('gold', '2026-03-05T08:00').class).toBe('urgent');
  expect(seen('gold', at('2026-03-05T08:00') + 1).class).toBe('late');
  expect(seen('none', at('2026-03-05T09:00') - 1).class).toBe('ordinary');
  expect(seen('none', '2026-03-05T09:00').class).toBe('late');
});

test("too late is without effect by one regulation and a manager's by the other", () => {
  expect(seen('ecom', '2026-03-05T08:30').void).toEqual({ code: 'leave_late', clause: 'R-LEV-01' });
  expect(seen('gold', '2026-03-05T08:30').void).toBeUndefined();
  expect(seen('gold', '2026-03-05T08:30').levels).toEqual(['manager']);
});

test('more than one day goes on to the administration', () => {
  expect(seen('gold', '2026-03-03T09:00').levels).toEqual(['supervisor']);
  const two = seen('gold', '2026-03-03T09:00', DAY, { until: at('2026-03-06T00:01') });
  expect([two.days, two.levels]).toEqual([2, ['supervisor', 'administration']]);
});

test('a night shift is one day, with a substitute or before noon', () => {
  expect(seen('ecom', '2026-03-04T09:00', NIGHT).days).toBe(1);
  expect(seen('ecom', '2026-03-04T09:00', NIGHT, { substitute: '' }).against?.code).toBe('leave_night');
  expect(seen('gold', at('2026-03-05T12:00') - 1, NIGHT).against).toBeUndefined();
  expect(seen('gold', '2026-03-05T12:00', NIGHT).against).toEqual({ code: 'leave_night_noon', clause: 'R-LEV-15' });
});

test('what came from a swap is no leave, an errand is', () => {
  expect(seen('gold', '2026-03-04T09:00', DAY, {}, ['x']).against?.clause).toBe('R-SWP-18');
  expect(seen('gold', '2026-03-04T09:00', DAY, { sort: 'official' }, ['x']).against).toBeUndefined();
});

test('a substitute and a certificate are asked for where the regulation does', () => {
  expect(seen('ecom', '2026-03-04T09:00', DAY, { substitute: '' }).against?.clause).toBe('R-LEV-02');
  expect(seen('ecom', '2026-03-05T06:00', DAY, { substitute: '' }).against).toBeUndefined();
  expect(seen('gold', '2026-03-04T09:00', DAY, { sort: 'sick' }).certificate).toBe(true);
  expect(seen('gold', '2026-03-04T09:00', DAY, { sort: 'sick', until: DAY.end - 1 }).certificate).toBe(false);
});

test('what an admin set for the team stands above its regulation until it ends', () => {
  const f = { team: 'day', key: 'leave.notice_urgent', value: '4', since: '2026-03-01' };
  const value = (date: string, more: Row['f'] = {}) =>
    termOn(under('ecom', row('override', 'o', { ...f, ...more })), 'day', date, 'leave.notice_urgent');
  expect(value('2026-02-28').value).toBe(2);
  expect(value('2026-03-01')).toMatchObject({ value: 4, clause: 'R-LEV-03' });
  expect(value('2026-03-04', { until: '2026-03-05' }).value).toBe(4);
  expect(value('2026-03-05', { until: '2026-03-05' }).value).toBe(2);
  expect(termOn(under('ecom'), 'night', '2026-03-05', 'leave.notice_urgent').value).toBe(0);
});
