// What each day of a year is: the law and the notices as the program knows them, and what an admin set above both (I-31).

import type { Row } from '@gatehouse/sync/api';
import { textOf } from '../ui/context.ts';
import known from './holidays.json' with { type: 'json' };

export const SORTS = ['statutory', 'rest', 'makeup', 'workday', 'weekend'] as const;
export type Sort = (typeof SORTS)[number];

export interface Day {
  readonly date: string;
  readonly sort: Sort;
  /** Set by an admin: under which name, and at which site if at one alone. */
  readonly set?: { readonly name: string; readonly site: string };
}

const YEARS: Readonly<
  Record<string, { readonly announced: boolean; readonly days: Readonly<Record<string, string>> }>
> = known;

/** The days of a year that are not what their weekday says, and those that an admin set; in order. */
export function daysIn(year: number, rows: readonly Row[]): Day[] {
  const days: Day[] = Object.entries(YEARS[year]?.days ?? {}).map(([date, sort]) => ({ date, sort: sort as Sort }));
  const found = new Map(days.map((day) => [day.date, day]));
  // The newest for a date counts, wherever it holds.
  for (const row of [...rows].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    const date = textOf(row, 'date');
    if (!date.startsWith(`${year}-`)) continue;
    const set = { name: textOf(row, 'name'), site: textOf(row, 'site') };
    found.set(date, { date, sort: textOf(row, 'sort') as Sort, set });
  }
  return [...found.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Whether the year's notice is known: to the program, or by a swapped rest day or make-up workday that was entered. */
export function announced(year: number, days: readonly Day[]): boolean {
  return YEARS[year]?.announced === true || days.some(({ set, sort }) => set && (sort === 'rest' || sort === 'makeup'));
}

/** Every date from the first to the last; none when they stand the other way round or are too many. */
export function datesBetween(first: string, last: string, most: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last) && found.length <= most; at += 86_400_000) {
    found.push(new Date(at).toISOString().slice(0, 10));
  }
  return found.length > most ? [] : found;
}
