// Which swaps wait for the person: what the first screen counts.

import type { OwnAct, Row, View } from '@gatehouse/sync/api';
import { numberOf, type Standing, textOf } from '../ui/context.ts';
import { idsOf } from '../ui/swaps.ts';

/** A colleague asks this person by name, and has no answer yet. */
export function asksMe(row: Row, person: string): boolean {
  return requested(row, person) && idsOf(row, 'asked').includes(person) && !idsOf(row, 'declined').includes(person);
}

/** A colleague asks the whole team: who likes may take it, nobody has to answer. */
export function asksTeam(row: Row, person: string, { team }: Standing): boolean {
  return requested(row, person) && idsOf(row, 'asked').length === 0 && textOf(row, 'team') === team;
}

function requested(row: Row, person: string): boolean {
  return textOf(row, 'state') === 'requested' && row.by !== person;
}

/** Both colleagues agree, and this person decides: never in a matter of their own. */
export function toDecide(row: Row, person: string, { leads }: Standing): boolean {
  const own = row.by === person || textOf(row, 'accepted_by') === person;
  return textOf(row, 'state') === 'accepted' && !own && leads.includes(textOf(row, 'team'));
}

const ANSWERS = new Set(['swap.accept', 'swap.decline', 'swap.approve', 'swap.reject', 'swap.withdraw']);

/**
 * The person's own answer that has not been decided, by swap: only the server moves a swap, so the row shows nothing of
 * it. What was delivered without a code is decided, and its row is on its way back.
 */
export function answersOf(acts: readonly OwnAct[]): ReadonlyMap<string, OwnAct> {
  const coming = ({ kind, state, code }: OwnAct) =>
    ANSWERS.has(kind) && (state === 'waiting' || state === 'sending' || (state === 'delivered' && code === undefined));
  return new Map(acts.filter(coming).map((act) => [act.entity, act]));
}

/** Swaps that wait for the person, the most urgent first. */
export async function readWaiting(view: View, person: string, standing: Standing, now: number): Promise<Row[]> {
  return waitingOf(await view.all('swap'), view.ownActs(), person, standing, now);
}

export function waitingOf(
  rows: readonly Row[],
  acts: readonly OwnAct[],
  person: string,
  standing: Standing,
  now: number,
): Row[] {
  const deadline = (row: Row) => numberOf(row, 'deadline') ?? 0;
  const answers = answersOf(acts);
  return rows
    .filter((row) => deadline(row) > now && !answers.has(row.id))
    .filter((row) => asksMe(row, person) || toDecide(row, person, standing))
    .sort((a, b) => deadline(a) - deadline(b) || (a.id < b.id ? -1 : 1));
}
