// One month as rules judged it, read as the screens read it: before and after a tablet has told all.

import type { Json, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { leftOf, mattersOf, ofTeam, waitsOf } from './desk.ts';
import { fieldOf } from './fields.ts';
import {
  awaitedBy,
  type Decision,
  datesOf,
  decided,
  type Month,
  monthAway,
  monthOf,
  totalsOf,
  weekdayOf,
} from './month.ts';
import { nextOf } from './next.ts';
import rows from './testing.json' with { type: 'json' };
import { groupOf } from './words.ts';

const read = (name: 'waiting' | 'complete') => monthOf(rows[name] as unknown as Row) as Month;
const waiting = read('waiting');
const complete = read('complete');
const mark = (month: Month, day: number) => fieldOf(month, `2026-11-${String(day).padStart(2, '0')}`).mark;

test('each day has the mark of what rules say', () => {
  expect([2, 4, 5, 9, 11, 12, 13, 14, 24].map((day) => mark(complete, day))).toEqual([
    ...['present', 'late', 'early', 'missing', 'leave', 'present', 'absent', 'rest', 'planned'],
  ]);
});

test('a day that a device may still tell of is waiting, never absent', () => {
  expect(mark(waiting, 20)).toBe('waiting');
  expect(fieldOf(waiting, '2026-11-20').open).toBe(true);
  expect(mark(complete, 20)).toBe('absent');
  expect(awaitedBy(waiting.days)).toEqual([{ device: 'tablet-east', reach: expect.any(Number), days: 1 }]);
  expect(awaitedBy(complete.days)).toEqual([]);
  expect(waitsOf([waiting, waiting])).toMatchObject([{ days: 2, people: 2 }]);
  expect(totalsOf(waiting).absent + 1).toBe(totalsOf(complete).absent);
});

test('totals count days, times and minutes', () => {
  expect(totalsOf(complete)).toMatchObject({
    days: 12,
    late: 1,
    early: 1,
    missing: 1,
    absent: 2,
    leave: 1,
    waiting: 0,
  });
  expect(totalsOf(complete).worked).toBe(complete.days.reduce((sum, { worked }) => sum + worked, 0));
});

const decision = (state: Decision['state'], at: number, more: Partial<Decision> = {}): Decision => ({
  ...{
    id: `d${at}`,
    person: 'wang',
    month: '2026-11',
    proposal: 'late:shift-04',
    state,
    cause: 'late',
    at,
    by: 'zhao',
  },
  ...{ clause: 'R-ATT-02', date: '2026-11-04', price: {}, reason: '', ...more },
});
const lateness = (month: Month) => month.proposals.find(({ id }) => id === 'late:shift-04');

test('a proposal stands as the last decision about it says, and is open again once that is reversed', () => {
  expect(lateness(complete)?.state).toBe('proposed');
  expect(lateness(decided(complete, [decision('confirmed', 1)]))?.state).toBe('confirmed');
  expect(lateness(decided(complete, [decision('dismissed', 1)]))?.state).toBe('dismissed');
  expect(lateness(decided(complete, [decision('confirmed', 1, { person: 'li' })]))?.state).toBe('proposed');
  const reversed = [decision('reversed', 1)];
  expect(lateness(decided(complete, reversed))?.state).toBe('proposed');
  expect(lateness(decided(complete, [decision('confirmed', 2), ...reversed]))?.state).toBe('confirmed');
});

test('a confirmed one whose cause is gone, or costs otherwise, is to be reversed', () => {
  const without = { ...complete, proposals: complete.proposals.filter(({ cause }) => cause !== 'late') };
  expect(lateness(decided(without, [decision('confirmed', 1)]))?.state).toBe('undo');
  expect(lateness(decided(without, [decision('reversed', 1)]))?.state).toBe('reversed');
  expect(lateness(decided(without, [decision('dismissed', 1)]))).toBeUndefined();
  const dearer = { ...complete, groundless: new Set(['d1']) };
  expect(lateness(decided(dearer, [decision('confirmed', 1)]))?.state).toBe('undo');
  const { open } = mattersOf([decided(without, [decision('confirmed', 1)])]);
  expect(open[0]?.proposal.id).toBe('late:shift-04');
});

test('what is open before a month is closed is counted', () => {
  expect(leftOf([waiting])).toMatchObject({ waiting: 1, undo: 0, proposed: waiting.proposals.length });
  expect(leftOf([decided(complete, [decision('confirmed', 1)])]).proposed).toBe(complete.proposals.length - 1);
});

test('a team sees its own days of somebody who works for two', () => {
  const two = {
    ...complete,
    teams: ['team-day', 'night'],
    days: complete.days.map((day, i) => (i === 0 ? { ...day, team: 'night' } : day)),
  };
  expect(ofTeam([two], 'night', new Map())[0]?.days).toHaveLength(1);
  expect(ofTeam([two], 'team-day', new Map())[0]?.days).toHaveLength(complete.days.length - 1);
  expect(ofTeam([two], 'other', new Map())).toEqual([]);
});

test('what a day leads to', () => {
  const on = (day: string) => complete.days.find(({ date }) => date === `2026-11-${day}`);
  const ways = (day: string) => nextOf(on(day) as NonNullable<ReturnType<typeof on>>).map(({ to }) => to);
  expect(ways('11')).toEqual(['/leave/of/leave-1']);
  expect(ways('12')).toEqual(['/swaps/of/swap-1']);
  expect(ways('24')).toEqual(['/leave/new/shift-24']);
  expect(ways('02')).toEqual([]);
});

test('rows of another shape are no months', () => {
  const f = (fields: Record<string, Json>) => monthOf({ id: 'm', ver: 'm', kind: 'month', f: fields });
  expect(f({ month: '2026-11', days: 'none', proposals: [7] })?.days).toEqual([]);
  expect(f({})).toBeUndefined();
  expect(groupOf({ key: 'a key of tomorrow', clause: undefined, facts: {} })).toBe('found');
});

test('months and weekdays', () => {
  expect(datesOf('2028-02')).toHaveLength(29);
  expect([monthAway('2026-12', 1), monthAway('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
  expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-22')]).toEqual([0, 6]);
});
