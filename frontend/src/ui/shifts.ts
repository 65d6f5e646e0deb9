// A shift as screens deal with it, for every feature that shows one.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from './context.ts';
import { clock, dayKey, dayWords } from './time.ts';

export interface Shift {
  readonly id: string;
  /** The version seen: a swap names it (P20). */
  readonly ver: string;
  readonly person: string;
  readonly post: string;
  readonly site: string;
  readonly team: string;
  /** Business date, the local date of the start: `2026-11-21`. */
  readonly date: string;
  /** UTC ms. */
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly night: boolean;
}

/** Undefined for a row that is no whole shift, and for one that was taken off the roster. */
export function shiftOf(row: Row | undefined): Shift | undefined {
  const start = numberOf(row, 'start');
  const end = numberOf(row, 'end');
  if (row?.kind !== 'shift' || start === undefined || end === undefined || row.f['cancelled']) return undefined;
  return {
    id: row.id,
    ver: row.ver,
    person: textOf(row, 'person'),
    post: textOf(row, 'post'),
    site: textOf(row, 'site'),
    team: textOf(row, 'team'),
    date: textOf(row, 'date'),
    start,
    end,
    label: textOf(row, 'label'),
    night: row.f['night'] === true,
  };
}

/** All whole shifts among rows, in the order of their start. */
export function shiftsIn(rows: readonly Row[]): Shift[] {
  return rows
    .map(shiftOf)
    .filter((shift) => shift !== undefined)
    .sort((a, b) => a.start - b.start);
}

/** `日 07:00–19:00`; an end on a later day says so: `夜 19:00–07:00 (+1)`. */
export function hoursWords({ label, start, end }: Shift, zone: string): string {
  const over = dayKey(start, zone) === dayKey(end - 1, zone) ? '' : ' (+1)';
  return `${label} ${clock(start, zone)}–${clock(end, zone)}${over}`.trim();
}

/** The same with its day before it. */
export function shiftWords(shift: Shift, now: number, zone: string): string {
  return `${dayWords(shift.start, now, zone)} ${hoursWords(shift, zone)}`;
}
