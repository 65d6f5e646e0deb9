// What the screens of corrections read. Everything here is pure or takes a view.

import type { Row, View } from '@gatehouse/sync/api';
import { numberOf } from '../ui/context.ts';
import { type Request, type Desk as RequestDesk, requestsIn, type Source, statesOf } from '../ui/requests.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Book, readBook, TERM_KINDS } from '../ui/terms.ts';
import { readNames } from '../ui/values.ts';

export const KINDS = ['correction', 'shift', 'punch', 'person', 'post', 'outage', ...TERM_KINDS];

/** All that the screens go by, in one reading. */
export interface Desk extends RequestDesk {
  readonly rows: readonly Row[];
  readonly shifts: readonly Shift[];
  readonly punches: readonly Row[];
  readonly outages: readonly Row[];
  readonly posts: readonly Row[];
  readonly book: Book;
}

export async function readDesk(view: View): Promise<Desk> {
  const [rows, shifts, punches, outages, posts, names, book] = await Promise.all([
    view.all('correction'),
    view.all('shift'),
    view.all('punch'),
    view.all('outage'),
    view.all('post'),
    readNames(view),
    readBook(view),
  ]);
  const acts = view.ownActs();
  return {
    ...{ rows, punches, outages, posts, names, book },
    requests: requestsIn(rows, acts),
    shifts: shiftsIn(shifts.filter((row) => numberOf(row, 'cancelled') === undefined)),
    acts,
    states: statesOf(view, [...rows, ...outages]),
  };
}

export const DESK: Source<Desk> = { kinds: KINDS, read: readDesk };

/** The shift a correction is about, and its punches on this device. */
export function shiftOf({ shifts, punches }: Desk, request: Request): { shift: Shift | undefined; punches: Row[] } {
  const shift = shifts.find(({ id }) => id === request.row.f['shift']);
  return { shift, punches: punches.filter((row) => row.f['shift'] === shift?.id && row.by === request.person) };
}
