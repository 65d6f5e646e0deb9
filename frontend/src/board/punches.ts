// Which punches belong to which shift. The recorder's word counts; without one, person and time do.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { AFTER, BEFORE, type Punch as Plain, punchOf as plainOf } from '../ui/punches.ts';
import type { Shift } from '../ui/shifts.ts';

/** One punch with all that a supervisor is told of it. */
export interface Punch extends Plain {
  readonly post: string;
  /** Class of the time (PROTOCOL 7.5); '' until the server has said. */
  readonly sure: string;
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
  /** Flags of its decisions, those this version does not know too. */
  readonly flags: readonly string[];
}

export function punchOf(row: Row): Punch {
  return {
    ...plainOf(row),
    post: textOf(row, 'post'),
    sure: textOf(row, 'sure'),
    earliest: numberOf(row, 'earliest'),
    latest: numberOf(row, 'latest'),
    flags: row.x ?? [],
  };
}

/** Each shift's punches, oldest first. A stated shift that is not (or no longer) the person's says nothing. */
export function bound(shifts: readonly Shift[], punches: readonly Punch[]): Map<string, Punch[]> {
  const people = new Map<string, Shift[]>();
  for (const shift of shifts) people.set(shift.person, [...(people.get(shift.person) ?? []), shift]);
  const found = new Map<string, Punch[]>();
  for (const punch of [...punches].sort(byTime)) {
    const own = people.get(punch.person) ?? [];
    const shift = own.find(({ id }) => id === punch.shift) ?? nearest(own, punch);
    if (shift) found.set(shift.id, [...(found.get(shift.id) ?? []), punch]);
  }
  return found;
}

function byTime(a: Punch, b: Punch): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

/** Coming belongs to the start that is nearest, going to the nearest end. */
function nearest(shifts: readonly Shift[], { direction, at }: Punch): Shift | undefined {
  const far = ({ start, end }: Shift) => Math.abs(at - (direction === 'in' ? start : end));
  return shifts
    .filter(({ start, end }) => start - BEFORE <= at && at <= end + AFTER)
    .reduce<Shift | undefined>((best, shift) => (best && far(best) <= far(shift) ? best : shift), undefined);
}
