import type { Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { announced, datesBetween, daysIn } from './holidays.ts';

const set = (date: string, sort: string, at: number, more: Record<string, string> = {}): Row => ({
  id: `${date}${at}`,
  kind: 'holiday',
  at,
  by: 'x',
  ver: 'v',
  n: 1,
  f: { date, sort, name: '春节', ...more },
});

test('a year has what the law and its notice say', () => {
  const days = daysIn(2026, []);
  expect(announced(2026, days)).toBe(true);
  expect(days.find(({ date }) => date === '2026-10-01')).toEqual({ date: '2026-10-01', sort: 'statutory' });
  expect(days.find(({ date }) => date === '2026-10-10')?.sort).toBe('makeup');
});

test('what an admin set stands above it, the newest for a date', () => {
  const rows = [set('2030-02-11', 'rest', 2), set('2030-02-11', 'workday', 1), set('2029-02-11', 'rest', 1)];
  const days = daysIn(2030, rows);
  expect(days.find(({ date }) => date === '2030-02-11')).toEqual({
    date: '2030-02-11',
    sort: 'rest',
    set: { name: '春节', site: '' },
  });
  expect(days.every(({ date }) => date.startsWith('2030'))).toBe(true);
  expect([announced(2030, daysIn(2030, [])), announced(2030, days)]).toEqual([false, true]);
});

test('days from one to another, and none the other way round', () => {
  expect(datesBetween('2027-02-27', '2027-03-02', 15)).toEqual([
    '2027-02-27',
    '2027-02-28',
    '2027-03-01',
    '2027-03-02',
  ]);
  expect(datesBetween('2027-03-02', '2027-02-27', 15)).toEqual([]);
  expect(datesBetween('2027-01-01', '2027-03-01', 15)).toEqual([]);
});
