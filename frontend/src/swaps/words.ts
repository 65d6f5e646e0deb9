import { saySwaps } from '../messages/swaps/index.ts';
import type { FieldWords } from '../ui/history.tsx';
import { type Shift, shiftWords } from '../ui/shifts.ts';
import { isOpen, isSuperseded, type Swap, takerOf } from '../ui/swaps.ts';
import { moment } from '../ui/time.ts';
import { type Names, nameOf } from '../ui/values.ts';
import type { Event } from './queries.ts';
import type { Rest } from './rest.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long is left, cut down: it is never longer than it says. */
export function leftWords(deadline: number, now: number, zone: string): string {
  const words = saySwaps();
  const left = deadline - now;
  const time = moment(deadline, now, zone);
  if (left <= 0) return words.over(time);
  if (left >= 2 * DAY) return words.left(words.leftDays(Math.floor(left / DAY)), time);
  if (left >= HOUR) return words.left(words.leftHours(Math.floor(left / HOUR)), time);
  return words.left(words.leftMinutes(Math.max(1, Math.floor(left / MINUTE))), time);
}

/** Hours, to the half and cut down; whole days once they no longer matter by the hour. */
export function hoursOf(ms: number): string {
  const words = saySwaps();
  return ms >= 3 * DAY ? words.days(Math.floor(ms / DAY)) : words.hours(Math.floor((2 * ms) / HOUR) / 2);
}

/** The rest before and after a shift, or the shift that it meets. */
export function restWords({ before, after, clash }: Rest, now: number, zone: string): string[] {
  const words = saySwaps();
  if (clash) return [words.clash(shiftWords(clash, now, zone))];
  const parts = [
    before === undefined ? '' : words.restBefore(hoursOf(before)),
    after === undefined ? '' : words.restAfter(hoursOf(after)),
  ].filter(Boolean);
  return parts.length > 0 ? parts : [words.restNone];
}

/** Who was asked, by name; the team when it was nobody in particular. */
export function askedWords(swap: Swap, names: Names, self: string): string {
  const words = saySwaps();
  const left = swap.asked.filter((one) => !swap.declined.includes(one));
  return left.length === 0 ? words.wholeTeam : listWords(left.map((one) => nameOf(names, one, self)));
}

export function listWords(items: readonly string[]): string {
  return items.join(saySwaps().comma);
}

/** Where it stands, in one short sentence. */
export function stateWords(swap: Swap, names: Names, self: string): string {
  const { state } = saySwaps();
  if (!swap.sent) return state.unsent;
  if (isSuperseded(swap)) return state.superseded;
  if (swap.state === 'accepted') return state.accepted(nameOf(names, swap.acceptedBy ?? '', self));
  if (swap.state !== 'requested') return state[swap.state];
  return swap.asked.length === 0 ? state.askedTeam : state.asked(askedWords(swap, names, self));
}

/** What to do after it has ended; '' while it has not. Asking better next time is for whoever asked. */
export function nextWords(swap: Swap, self: string): string {
  const { next } = saySwaps();
  if (isOpen(swap)) return '';
  if (isSuperseded(swap)) return next.superseded;
  const state = swap.by === self || swap.state === 'approved' ? swap.state : 'withdrawn';
  return next[state as keyof typeof next];
}

export function eventWords({ what, who }: Event, names: Names, self: string): string {
  const { did } = saySwaps();
  return what === 'expired' ? did.expired : did[what](nameOf(names, who ?? '', self));
}

/** Who asks whom, in a card's heading; who and who, once it is no longer a question to this person. */
export function headWords(swap: Swap, names: Names, self: string): string {
  const words = saySwaps();
  const who = nameOf(names, swap.by, self);
  const taker = takerOf(swap);
  if (swap.state === 'accepted' && taker !== self && swap.by !== self) {
    return words.agreed(who, nameOf(names, taker ?? '', self));
  }
  if (swap.state === 'requested' && swap.asked.length === 0) return words.asksTeam(who);
  if (swap.state === 'requested' && swap.asked.includes(self)) return words.asksYou(who);
  return words.arrow(who, taker === undefined ? askedWords(swap, names, self) : nameOf(names, taker, self));
}

/** `日 07:00–19:00` on its day, or that the device does not hold it. */
export function shiftSaid(shift: Shift | undefined, now: number, zone: string): string {
  return shift === undefined ? saySwaps().unknownShift : shiftWords(shift, now, zone);
}

/** How the fields of a swap read in its history; who moved it, and when, is told beside them. */
export const ofSwaps: FieldWords = {
  field: (name) => ({ reason: saySwaps().because, note: saySwaps().note })[name] ?? '',
  value: (_name, value) => (typeof value === 'string' ? value : ''),
};
