// Which shift a punch made now belongs to, and which way it goes. The last row never decides: what was forgotten
// yesterday must not turn today's coming into a going.

import type { Row, View } from '@gatehouse/sync/api';
import { AFTER, BEFORE, type Direction, type Punch, punchOf } from '../ui/punches.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';

const MINUTE = 60_000;
/** Where one shift ends as the next begins, a shift still open takes the punches of so many minutes around. */
const TIE = 15 * MINUTE;
/** Work without a shift is over by then. */
const LOOSE = 16 * 60 * MINUTE;

/** Two taps within this time may be one meant. */
export const TWICE = MINUTE;
/** Going so long before the end is worth a question. */
const EARLY = 30 * MINUTE;

export interface Bound {
  readonly shift: Shift | undefined;
  /** What the button does. */
  readonly direction: Direction;
  /** Punches of this shift (without one: of the last hours), oldest first. */
  readonly made: readonly Punch[];
}

/** The shift that `now` falls to, of one person's, and what comes next in it. */
export function bind(shifts: readonly Shift[], punches: readonly Punch[], now: number): Bound {
  const made = [...punches].sort((a, b) => a.at - b.at);
  const near = shifts
    .filter(({ start, end }) => start - BEFORE <= now && now <= end + AFTER)
    .sort((a, b) => a.start - b.start);
  const shift = near.reduce<Shift | undefined>(
    (before, next) => (before === undefined || takes(before, next, made, now) ? next : before),
    undefined,
  );
  if (shift === undefined) {
    const loose = made.filter((punch) => punch.shift === undefined && now - punch.at < LOOSE);
    return { shift, made: loose, direction: loose.at(-1)?.direction === 'in' ? 'out' : 'in' };
  }
  const own = made.filter((punch) => punch.shift === shift.id);
  return { shift, made: own, direction: own.some(({ direction }) => direction === 'in') ? 'out' : byTime(shift, now) };
}

/** Whether the later of two neighbouring shifts takes a punch made now. */
function takes(before: Shift, next: Shift, made: readonly Punch[], now: number): boolean {
  const own = made.filter((punch) => punch.shift === before.id);
  const open = own.length > 0 && own.at(-1)?.direction === 'in';
  if (next.start <= before.end) return now >= (open ? next.start + TIE : next.start - TIE);
  // After a short break, going a few minutes late is going all the same.
  const middle = (before.end + next.start) / 2;
  return now >= (open ? Math.max(middle, Math.min(before.end + TIE, next.start)) : middle);
}

/** With nothing known yet: coming in the first half of the shift, going in the second. */
export function byTime({ start, end }: Shift, now: number): Direction {
  return now < (start + end) / 2 ? 'in' : 'out';
}

/** Whether one was made within `ms`. One that lies ahead was made under a clock that has been put right since. */
export function lately(made: readonly Punch[], now: number, ms: number): boolean {
  return made.some(({ at }) => at <= now && now - at < ms);
}

/** Why a punch is worth a question first; undefined when it is plain. */
export type Doubt = 'twice' | 'again' | 'early';

export function doubt({ shift, made }: Bound, direction: Direction, now: number): Doubt | undefined {
  if (lately(made, now, TWICE)) return 'twice';
  if (direction === 'in' && made.some((punch) => punch.direction === 'in')) return 'again';
  if (direction === 'out' && shift !== undefined && now < shift.end - EARLY) return 'early';
  return undefined;
}

/** What one person's clock goes by. */
export interface Clocking {
  readonly shifts: readonly Shift[];
  readonly made: readonly Punch[];
  /** One's own punches, newest first. */
  readonly punches: readonly Row[];
}

export async function readClock(view: View, person: string): Promise<Clocking> {
  const [shifts, rows] = await Promise.all([view.all('shift'), view.all('punch')]);
  const own = rows.filter(({ by }) => by === person);
  const theirs = shiftsIn(shifts).filter((shift) => shift.person === person);
  return { shifts: theirs, made: own.map(punchOf), punches: own };
}
