// What a form says before anything is sent: the class a request falls in now, until when, who decides, what forbids it.
// The server judges by backend/gatehouse/rules/leave.py; here it is shown, never decided.

import type { Row } from '@gatehouse/sync/api';
import { dayEnd, dayStart } from '../ui/days.ts';
import type { Level } from '../ui/requests.ts';
import type { Shift } from '../ui/shifts.ts';
import { type Book, packOn, termOn } from '../ui/terms.ts';
import { dayKey } from '../ui/time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const SORTS = ['personal', 'sick', 'emergency', 'official', 'training'] as const;
export type Sort = (typeof SORTS)[number];
export type LeaveClass = 'ordinary' | 'urgent' | 'late';
const WORK: ReadonlySet<Sort> = new Set(['official', 'training']);

export interface Asked {
  readonly sort: Sort;
  readonly since: number;
  readonly until: number;
  readonly substitute: string;
}

/** Why it would be refused: a code and the clause. */
export interface Against {
  readonly code: string;
  readonly clause: string;
}

export interface Outlook {
  readonly class: LeaveClass;
  /** The last instants to ask as ordinary and as urgent. */
  readonly ordinaryUntil: number;
  readonly urgentUntil: number;
  readonly days: number;
  readonly levels: readonly Level[];
  readonly deadline: number;
  readonly certificate: boolean;
  readonly substitute: boolean;
  readonly against: Against | undefined;
  /** It would have no effect (asked too late). */
  readonly void: Against | undefined;
  readonly pack: string;
}

export function touched(shifts: readonly Shift[], person: string, since: number, until: number): Shift[] {
  return shifts.filter((shift) => shift.person === person && shift.start < until && since < shift.end);
}

export function outlook(
  asked: Asked,
  hit: readonly Shift[],
  swapped: ReadonlySet<string>,
  book: Book,
  team: string,
  now: number,
  zone: string,
): Outlook {
  const first = hit[0];
  const date = first?.date || dayKey(asked.since, zone);
  const term = (key: string) => termOn(book, team, date, key);
  const starts = first ? Math.max(asked.since, first.start) : asked.since;
  const work = WORK.has(asked.sort);
  const { ordinaryUntil, urgentUntil } = limits(book, team, date, starts, zone);
  const before = now < starts;
  const class_: LeaveClass = before && now <= ordinaryUntil ? 'ordinary' : now <= urgentUntil ? 'urgent' : 'late';
  const days = daysOf(asked, hit, zone);
  const late = term('leave.late_request');
  const night = hit.some((shift) => shift.night) && !work;
  const needs = term('leave.substitute_required').value === true && class_ === 'ordinary' && asked.sort === 'personal';
  const least = term('leave.sick_cert_days').value;
  return {
    class: class_,
    ordinaryUntil,
    urgentUntil,
    days,
    levels: levelsOf(term('leave.approver_by_days').value, days, {
      work,
      manager:
        (class_ === 'late' && late.value === 'manager_approval') ||
        (night && term('leave.night').value === 'before_noon_with_manager'),
    }),
    deadline: starts,
    certificate: asked.sort === 'sick' && typeof least === 'number' && whole(asked, hit, zone) >= least,
    substitute: needs,
    against: work ? undefined : against(asked, hit, swapped, book, team, now, zone, needs),
    void: class_ === 'late' && late.value === 'void' && !work ? { code: 'leave_late', clause: late.clause } : undefined,
    pack: packOn(book, team, date),
  };
}

/** Until when a request for a shift of that date is ordinary, and urgent. */
export function limits(book: Book, team: string, date: string, starts: number, zone: string) {
  const days = Number(termOn(book, team, date, 'leave.notice_ordinary').value ?? 0);
  const hours = Number(termOn(book, team, date, 'leave.notice_urgent').value ?? 0);
  const midnight = dayStart(date, zone) ?? starts;
  return {
    ordinaryUntil: days > 0 ? Math.min(starts, midnight - (days - 1) * DAY) - 1 : starts - 1,
    urgentUntil: hours > 0 ? starts - hours * HOUR : starts - 1,
  };
}

function against(
  asked: Asked,
  hit: readonly Shift[],
  swapped: ReadonlySet<string>,
  book: Book,
  team: string,
  now: number,
  zone: string,
  needs: boolean,
): Against | undefined {
  for (const shift of hit) {
    const term = (key: string) => termOn(book, team, shift.date, key);
    const onSwapped = term('swap.leave_on_swapped');
    if (swapped.has(shift.id) && onSwapped.value === false) return { code: 'leave_swapped', clause: onSwapped.clause };
    const night = term('leave.night');
    if (shift.night && night.value === 'substitute_only' && !asked.substitute) {
      return { code: 'leave_night', clause: night.clause };
    }
    const noon = (dayStart(shift.date, zone) ?? 0) + 12 * HOUR;
    if (shift.night && night.value === 'before_noon_with_manager' && now >= noon) {
      return { code: 'leave_night_noon', clause: night.clause };
    }
  }
  const date = hit[0]?.date || dayKey(asked.since, zone);
  return needs && !asked.substitute
    ? { code: 'leave_substitute', clause: termOn(book, team, date, 'leave.substitute_required').clause }
    : undefined;
}

function levelsOf(value: unknown, days: number, { work, manager }: { work: boolean; manager: boolean }): Level[] {
  const rows = (Array.isArray(value) ? value : []) as { roles: Level[]; up_to_days?: number | null }[];
  const row = rows.find(({ up_to_days: most }) => most === undefined || most === null || days <= most) ?? rows.at(-1);
  const levels = row?.roles ?? ['superior'];
  if (work) return levels.slice(0, 1);
  return manager && !levels.includes('manager') ? ['manager', ...levels.slice(1)] : [...levels];
}

/** Local days it reaches over; hours after midnight that are all of one shift count to its date. */
export function daysOf({ since, until }: Pick<Asked, 'since' | 'until'>, hit: readonly Shift[], zone: string): number {
  const dates = new Set<string>();
  for (let at = since; at < until; ) {
    const day = dayKey(at, zone);
    const end = Math.min(until, dayEnd(day, zone) ?? until);
    const from = at;
    dates.add(hit.find((shift) => shift.start <= from && end <= shift.end)?.date || day);
    at = end;
  }
  return dates.size;
}

function whole({ since, until }: Asked, hit: readonly Shift[], zone: string): number {
  const shifts = hit.filter((shift) => since <= shift.start && shift.end <= until).length;
  let days = 0;
  for (let at = since; at < until; at = dayEnd(dayKey(at, zone), zone) ?? until) {
    const day = dayKey(at, zone);
    if ((dayStart(day, zone) ?? 0) >= since && (dayEnd(day, zone) ?? Number.POSITIVE_INFINITY) <= until) days++;
  }
  return Math.max(shifts, days);
}

/** Shifts that came from a swap. */
export function swappedIn(rows: readonly Row[]): Set<string> {
  return new Set(rows.filter((row) => typeof row.f['swap'] === 'string').map(({ id }) => id));
}
