// What a shift does to the one who takes it: the rest before and after, and whether it meets another one.

import type { Shift } from '../ui/shifts.ts';

const HOUR = 3_600_000;
/** Less between two shifts is worth a warning. A person decides; no rule of the team is judged here. */
export const SHORT = 11 * HOUR;

export interface Rest {
  /** Since the end of the shift before, ms; undefined where the device knows of none. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** A shift at the same time: the server refuses such a swap. */
  readonly clash: Shift | undefined;
}

/** Rest around `taken`, beside the shifts the person has then. */
export function restAround(taken: Pick<Shift, 'id' | 'start' | 'end'>, others: readonly Shift[]): Rest {
  const rest = others.filter(({ id }) => id !== taken.id);
  const ends = rest.filter(({ end }) => end <= taken.start).map(({ end }) => taken.start - end);
  const starts = rest.filter(({ start }) => start >= taken.end).map(({ start }) => start - taken.end);
  return {
    before: ends.length > 0 ? Math.min(...ends) : undefined,
    after: starts.length > 0 ? Math.min(...starts) : undefined,
    clash: rest.find(({ start, end }) => start < taken.end && taken.start < end),
  };
}

export function isShort({ before, after }: Rest): boolean {
  return (before ?? SHORT) < SHORT || (after ?? SHORT) < SHORT;
}

/** One shift that changes hands. */
export interface Leg {
  readonly shift: Shift;
  readonly from: string;
  /** Undefined while nobody has said yes and several could. */
  readonly to: string | undefined;
  /** Of whoever takes it, beside the shifts they keep. */
  readonly rest: Rest | undefined;
}

/** The legs of a swap of `give` against `take` between two people, as they would be after it. */
export function legsOf(
  shifts: readonly Shift[],
  give: Shift,
  giver: string,
  take: Shift | undefined,
  taker: string | undefined,
): Leg[] {
  const moving = new Set([give.id, take?.id]);
  const kept = (person: string) => shifts.filter((shift) => shift.person === person && !moving.has(shift.id));
  const leg = (shift: Shift, from: string, to: string | undefined): Leg => ({
    ...{ shift, from, to },
    rest: to === undefined ? undefined : restAround(shift, kept(to)),
  });
  const first = leg(give, giver, taker);
  return take === undefined || taker === undefined ? [first] : [first, leg(take, taker, giver)];
}
