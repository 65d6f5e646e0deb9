// What a person can do about a swap now, by the same rules as the server's; and what of it is already on its way.

import type { OwnAct } from '@gatehouse/sync/api';
import type { Standing } from '../ui/context.ts';
import { isOpen, MOVES, type Swap } from '../ui/swaps.ts';

export type Move = 'accept' | 'decline' | 'withdraw' | 'approve' | 'reject';

/** An answer of one's own that the swap does not show yet. */
export function onItsWay(swap: Swap, act: OwnAct | undefined, person: string): OwnAct | undefined {
  if (act === undefined || !MOVES[act.kind]?.includes(swap.state)) return undefined;
  return act.kind === 'swap.decline' && swap.declined.includes(person) ? undefined : act;
}

export function isAsked(swap: Swap, person: string, { team }: Standing): boolean {
  if (swap.by === person || !swap.sent || swap.declined.includes(person)) return false;
  return swap.asked.length > 0 ? swap.asked.includes(person) : swap.team === team;
}

/** What the person can do now, the likeliest first; nothing while an answer of theirs is on its way. */
export function movesOf(
  swap: Swap,
  person: string,
  standing: Standing,
  now: number,
  answer: OwnAct | undefined,
): readonly Move[] {
  if (onItsWay(swap, answer, person) !== undefined) return [];
  if (swap.by === person) return isOpen(swap) ? ['withdraw'] : [];
  if (swap.deadline !== undefined && swap.deadline <= now) return [];
  const found: Move[] = [];
  const { state } = swap;
  if (state === 'requested' && isAsked(swap, person, standing)) {
    found.push('accept');
    // Nobody in particular was asked, so nobody has to say no.
    if (swap.asked.length > 0) found.push('decline');
  }
  if (standing.leads.includes(swap.team) && swap.acceptedBy !== person) {
    if (state === 'accepted') found.push('approve');
    if (isOpen(swap)) found.push('reject');
  }
  return found;
}
