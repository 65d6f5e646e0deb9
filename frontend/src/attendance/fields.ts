// What one field of a calendar shows: a mark made of the shifts of that date.

import { type Day, datesOf, type Month } from './month.ts';

/** What one day's field of a calendar shows: each has a sign, a word and an outline of its own. */
export type Mark =
  | 'none'
  | 'planned'
  | 'on_duty'
  | 'waiting'
  | 'present'
  | 'late'
  | 'early'
  | 'late_early'
  | 'missing'
  | 'absent'
  | 'leave'
  | 'part_leave'
  | 'rest';

export interface Field {
  readonly mark: Mark;
  /** More may come that changes it: drawn with a broken outline. */
  readonly open: boolean;
  /** The days it was made of, in order of their start. */
  readonly days: readonly Day[];
}

/** What is still open about a day: its shift is not over, or a device has not told all. */
export function isOpen({ certainty }: Day): boolean {
  return certainty === 'open' || certainty === 'waiting';
}

/** The mark of one shift. Where data is missing nothing is called absent or missed. */
export function markOf(day: Day): Mark {
  const { status, certainty } = day;
  if (certainty === 'waiting' && (status === 'planned' || status === 'on_duty')) return 'waiting';
  if (status === 'missing_in' || status === 'missing_out') return 'missing';
  return status;
}

/** What is told first of several shifts on one date. */
const RANK: readonly Mark[] = [
  'absent',
  'missing',
  'waiting',
  'late_early',
  'late',
  'early',
  'on_duty',
  'part_leave',
  'leave',
  'present',
  'planned',
  'rest',
  'none',
];

/** What the field of a date shows; a date without a shift is a day of rest. */
export function fieldOf(month: Month, date: string): Field {
  const days = month.days.filter((day) => day.date === date);
  const marks = days.map(markOf);
  const mark = RANK.find((one) => marks.includes(one)) ?? 'rest';
  return {
    mark,
    open: days.some((day) => day.certainty === 'waiting' || (isOpen(day) && day.status !== 'planned')),
    days,
  };
}

/** Every field of a month by its date, made once. */
export function fieldsOf(month: Month): ReadonlyMap<string, Field> {
  return new Map(datesOf(month.month).map((date) => [date, fieldOf(month, date)]));
}
