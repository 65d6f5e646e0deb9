// What the screens of leave and outings read. Everything here is pure or takes a view.

import type { Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { type Request, type Desk as RequestDesk, requestsIn, type Source, statesOf } from '../ui/requests.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Book, readBook, TERM_KINDS } from '../ui/terms.ts';
import { readNames } from '../ui/values.ts';
import { swappedIn, touched } from './rules.ts';

const DAY = 86_400_000;
/** So far ahead one's own shifts are offered. */
export const AHEAD = 14 * DAY;
export const KINDS = ['leave', 'outing', 'shift', 'person', 'post', 'team', ...TERM_KINDS];

/** All that the screens go by, in one reading. */
export interface Desk extends RequestDesk {
  readonly shifts: readonly Shift[];
  readonly swapped: ReadonlySet<string>;
  readonly people: readonly Row[];
  readonly book: Book;
}

export async function readDesk(view: View): Promise<Desk> {
  const [leaves, outings, rows, people, names, book] = await Promise.all([
    view.all('leave'),
    view.all('outing'),
    view.all('shift'),
    view.all('person'),
    readNames(view),
    readBook(view),
  ]);
  const acts = view.ownActs();
  const requests = requestsIn([...leaves, ...outings], acts);
  const standing = rows.filter((row) => numberOf(row, 'cancelled') === undefined);
  return {
    ...{ requests, people, names, book },
    shifts: shiftsIn(standing),
    swapped: swappedIn(standing),
    acts,
    states: statesOf(view, requests),
  };
}

export const DESK: Source<Desk> = { kinds: KINDS, read: readDesk };

/** One's own, and those one handed in for another: open ones first, then the newest. */
export function mine({ requests }: Desk, person: string): Request[] {
  const own = requests.filter((one) => one.person === person || one.by === person);
  const rank = (one: Request) => (one.state === 'requested' ? 0 : 1);
  return own.sort((a, b) => rank(a) - rank(b) || b.since - a.since);
}

/** Shifts of one's own that are still to come, or on now. */
export function ahead({ shifts }: Desk, person: string, now: number): Shift[] {
  return shifts.filter((shift) => shift.person === person && shift.end > now && shift.start < now + AHEAD);
}

export interface Cover {
  readonly shift: Shift;
  /** Others at the post for some of it, who are not on leave. */
  readonly left: number;
}

/** What a leave would leave uncovered. */
export function coverOf({ shifts, requests }: Desk, { person, since, until }: Request): Cover[] {
  const away = (other: string, shift: Shift) =>
    requests.some(
      (one) =>
        one.kind === 'leave' &&
        one.person === other &&
        one.state === 'granted' &&
        one.since < shift.end &&
        shift.start < one.until,
    );
  return touched(shifts, person, since, until).map((shift) => ({
    shift,
    left: new Set(
      shifts
        .filter((one) => one.post === shift.post && one.person !== person)
        .filter((one) => one.start < shift.end && shift.start < one.end && !away(one.person, one))
        .map((one) => one.person),
    ).size,
  }));
}

/** Colleagues who have not left. */
export function colleagues({ people }: Desk, person: string, team: string | undefined, now: number): Row[] {
  return people.filter(
    (row) =>
      row.id !== person &&
      textOf(row, 'team') === team &&
      (numberOf(row, 'dismissed') ?? Number.POSITIVE_INFINITY) > now,
  );
}
