// What a form says before anything is sent: how many are used, until when, whether it may be asked for at all.
// The server judges by backend/gatehouse/rules/correction.py; here it is shown, never decided.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { dayEnd } from '../ui/days.ts';
import type { Level } from '../ui/requests.ts';
import type { Shift } from '../ui/shifts.ts';
import { type Book, packOn, termOn } from '../ui/terms.ts';
import { clock, dayKey } from '../ui/time.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** So far back missing punches are looked for where no window is set. */
const BACK = 14 * DAY;
export type Direction = 'in' | 'out';
export const CAUSES = ['forgot', 'device', 'other'] as const;
export type Cause = (typeof CAUSES)[number];

export interface Gap {
  readonly shift: Shift;
  readonly direction: Direction;
  readonly due: number;
  /** The last instant to ask; undefined: no limit. */
  readonly until: number | undefined;
}

export interface Quota {
  readonly used: number;
  /** Undefined: as many as it takes. */
  readonly cap: number | undefined;
  readonly clause: string;
}

const COUNTED = new Set(['requested', 'granted', 'rejected']);

/** Applications of a month of business dates that count: not withdrawn, not overtaken by the punch. */
export function quotaOf(
  rows: readonly Row[],
  shifts: readonly Shift[],
  book: Book,
  person: string,
  team: string,
  date: string,
): Quota {
  const { value, clause } = termOn(book, team, date, 'correction.monthly_cap');
  const monthOf = (row: Row) =>
    textOf(row, 'month') || shifts.find(({ id }) => id === row.f['shift'])?.date.slice(0, 7) || '';
  const used = rows.filter(
    (row) =>
      (textOf(row, 'person') || row.by) === person &&
      monthOf(row) === date.slice(0, 7) &&
      COUNTED.has(textOf(row, 'state') || 'requested'),
  ).length;
  return { used, cap: typeof value === 'number' ? value : undefined, clause };
}

export function limitOf(due: number, book: Book, team: string, date: string, zone: string): number | undefined {
  const { value } = termOn(book, team, date, 'correction.window_days');
  if (typeof value !== 'number') return undefined;
  const last = dayEnd(dayKey(due + value * DAY, zone), zone);
  return last === undefined ? undefined : last - 1;
}

export function levelsOf(book: Book, team: string, date: string): Level[] {
  const { value } = termOn(book, team, date, 'correction.approver');
  const roles = (value as { roles?: Level[] } | null)?.roles;
  return roles ?? ['superior'];
}

/** Why nothing can be asked for here at all; undefined where it can. */
export function barred(gap: Gap, quota: Quota, book: Book, now: number): { code: string; clause: string } | undefined {
  const { team, date } = gap.shift;
  const enabled = termOn(book, team, date, 'correction.enabled');
  if (enabled.value === false) return { code: 'correction_off', clause: enabled.clause };
  if (gap.until !== undefined && now > gap.until) {
    return { code: 'correction_late', clause: termOn(book, team, date, 'correction.window_days').clause };
  }
  if (quota.cap !== undefined && quota.used >= quota.cap) return { code: 'correction_cap', clause: quota.clause };
  return undefined;
}

export const packOf = (book: Book, { team, date }: Shift): string => packOn(book, team, date);

/** One's own shifts' punches that are due and not on this device, nor asked for: the newest first. */
export function gapsOf(
  shifts: readonly Shift[],
  punches: readonly Row[],
  corrections: readonly Row[],
  book: Book,
  person: string,
  now: number,
  zone: string,
): Gap[] {
  const has = (shift: Shift, direction: Direction) =>
    punches.some((row) => row.by === person && row.f['shift'] === shift.id && row.f['direction'] === direction) ||
    corrections.some(
      (row) =>
        row.f['shift'] === shift.id &&
        row.f['direction'] === direction &&
        ['requested', 'granted', ''].includes(textOf(row, 'state')),
    );
  return shifts
    .filter((shift) => shift.person === person && shift.start > now - BACK)
    .flatMap((shift) =>
      (['in', 'out'] as const).map((direction): Gap => {
        const due = direction === 'in' ? shift.start : shift.end;
        return { shift, direction, due, until: limitOf(due, book, shift.team, shift.date, zone) };
      }),
    )
    .filter(({ due, shift, direction }) => due <= now && !has(shift, direction))
    .sort((a, b) => b.due - a.due);
}

/** Whether a claimed time belongs to the shift and has passed. */
export function fits(at: number, { shift }: Gap, book: Book, now: number): boolean {
  const minutes = (key: string) => Number(termOn(book, shift.team, shift.date, key).value ?? 0) * MINUTE;
  return (
    at >= shift.start - minutes('punch.bind_before_min') &&
    at <= Math.min(now, shift.end + minutes('punch.bind_after_min'))
  );
}

export function claimedOf(row: Row): number {
  return numberOf(row, 'claimed') ?? 0;
}

/** The instant of a time of day that lies nearest to when the punch was due: also across midnight. */
export function nearest(time: string, due: number, zone: string): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(':').map(Number);
  const [dueHour = 0, dueMinute = 0] = clock(due, zone).split(':').map(Number);
  if (Number.isNaN(hour) || Number.isNaN(minute)) return undefined;
  const off = (hour * 60 + minute - (dueHour * 60 + dueMinute)) * 60_000;
  const near = off > DAY / 2 ? off - DAY : off < -DAY / 2 ? off + DAY : off;
  return due - (due % 60_000) + near;
}
