import type { Row } from '@gatehouse/sync/api';
import { sayClock } from '../messages/clock/index.ts';
import { numberOf, textOf } from '../ui/context.ts';
import type { Direction } from '../ui/punches.ts';
import { clock, moment } from '../ui/time.ts';
import type { Bound, Doubt } from './bind.ts';

/** Why a punch is asked about first. */
export function doubtWords(why: Doubt, { shift, made }: Bound, direction: Direction, zone: string): string {
  const words = sayClock();
  const short = (way: Direction) => (way === 'in' ? words.inShort : words.outShort);
  const last = made.at(-1);
  const first = made.find((punch) => punch.direction === 'in');
  if (why === 'twice' && last) {
    const time = clock(last.at, zone);
    return last.direction === direction
      ? words.ask.twice(short(direction), time)
      : words.ask.turn(short(last.direction), time, short(direction));
  }
  if (why === 'again' && first) return words.ask.again(clock(first.at, zone));
  return words.ask.early(clock(shift?.end ?? 0, zone));
}

/** How sure a punch's time is; while only this device knows of it, that is still to come. */
export function sureWords(row: Row, now: number, zone: string): string {
  const words = sayClock();
  const from = numberOf(row, 'earliest');
  const to = numberOf(row, 'latest');
  switch (textOf(row, 'sure')) {
    case 'live':
      return words.sure.live;
    case 'anchored':
      return words.sure.anchored;
    case 'unanchored':
      return words.sure.unanchored(from ? moment(from, now, zone) : '…', to ? moment(to, now, zone) : '…');
    case 'contradictory':
      return words.sure.contradictory(from ? moment(from, now, zone) : '…', to ? moment(to, now, zone) : '…');
    default:
      return words.pending;
  }
}
