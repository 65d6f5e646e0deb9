// What superiors decide level by level (leave, outings, corrections), for every feature that shows one. Pure.

import type { OwnAct, RecordState, Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from './context.ts';
import { idsOf } from './swaps.ts';
import type { Names } from './values.ts';

export const REQUESTS = ['leave', 'outing', 'correction'] as const;
export type RequestKind = (typeof REQUESTS)[number];
export type Level = 'superior' | 'supervisor' | 'manager' | 'administration';

const NONE: ReadonlySet<string> = new Set();

export interface Request {
  readonly id: string;
  readonly kind: RequestKind;
  readonly row: Row;
  /** Whose it is; who handed it in may be another. */
  readonly person: string;
  readonly by: string;
  readonly team: string;
  readonly state: string;
  /** Whether the server has it. */
  readonly sent: boolean;
  readonly levels: readonly Level[];
  readonly level: number;
  readonly deciders: readonly string[];
  readonly approved: readonly string[];
  /** From when to when it is about; a correction is about an instant. */
  readonly since: number;
  readonly until: number;
  /** Undecided then, it has no effect; corrections have none. */
  readonly deadline: number | undefined;
  readonly reason: string;
  readonly note: string;
}

/** `delivered`: of whose request the server has told this device its decision, though perhaps not the record yet. */
export function requestOf(row: Row, delivered: ReadonlySet<string> = NONE): Request | undefined {
  const kind = REQUESTS.find((one) => one === row.kind);
  if (kind === undefined) return undefined;
  const claimed = numberOf(row, 'claimed') ?? 0;
  return {
    id: row.id,
    kind,
    row,
    person: textOf(row, 'person') || row.by,
    by: row.by,
    team: textOf(row, 'team'),
    state: textOf(row, 'state') || 'requested',
    sent: textOf(row, 'state') !== '' || delivered.has(row.id),
    levels: textOf(row, 'levels').split(' ').filter(Boolean) as Level[],
    level: numberOf(row, 'level') ?? 0,
    deciders: idsOf(row, 'deciders'),
    approved: idsOf(row, 'approved'),
    since: numberOf(row, 'since') ?? claimed,
    until: numberOf(row, 'until') ?? claimed,
    deadline: numberOf(row, 'deadline'),
    reason: textOf(row, 'reason'),
    note: textOf(row, 'note'),
  };
}

/** What every screen of requests reads; each feature's own adds to it. */
export interface Desk {
  readonly requests: readonly Request[];
  readonly names: Names;
  readonly acts: readonly OwnAct[];
  readonly states: ReadonlyMap<string, RecordState>;
}

/** Where a feature's desk comes from: the kinds of row it follows from, and how it is read. */
export interface Source<D extends Desk> {
  readonly kinds: readonly string[];
  readonly read: (view: View) => Promise<D>;
}

/** How those of the rows stand of which something is still to be said. */
export function statesOf(view: View, rows: readonly { readonly id: string }[]): ReadonlyMap<string, RecordState> {
  const states = new Map<string, RecordState>();
  for (const { id } of rows) {
    const state = view.state(id);
    if (state) states.set(id, state);
  }
  return states;
}

export function requestsIn(rows: readonly Row[], acts: readonly OwnAct[]): Request[] {
  const delivered = deliveredOf(acts);
  return rows.map((row) => requestOf(row, delivered)).filter((one) => one !== undefined);
}

/** Records that one's own acts asked for and the server has applied: with no network since then, their rows are older. */
export function deliveredOf(acts: readonly OwnAct[]): ReadonlySet<string> {
  const asked = acts.filter(
    ({ kind, state, code }) => kind.endsWith('.request') && state === 'delivered' && code === undefined,
  );
  return new Set(asked.map(({ entity }) => entity));
}

export function isOpen(request: Pick<Request, 'state'>): boolean {
  return request.state === 'requested';
}

/** An act of one's own on it that nobody has decided yet. */
export function onItsWay(acts: readonly OwnAct[], id: string): OwnAct | undefined {
  return acts.find(
    ({ kind, entity, state, code }) =>
      entity === id &&
      !kind.endsWith('.request') &&
      (state === 'waiting' || state === 'sending' || (state === 'delivered' && code === undefined)),
  );
}

/** Whether it waits for this person's word now. */
export function waitsFor(request: Request, person: string, now: number): boolean {
  return (
    isOpen(request) &&
    request.sent &&
    request.person !== person &&
    request.deciders.includes(person) &&
    (request.deadline ?? Number.POSITIVE_INFINITY) > now
  );
}

/** What of a desk waits for this person's word, and what they just answered. */
export function toDecide({ requests }: Desk, person: string, now: number): Request[] {
  return requests.filter((one) => waitsFor(one, person, now));
}

/** What waits for this person, the most urgent first. */
export async function readWaiting(view: View, person: string, now: number): Promise<Request[]> {
  const rows = (await Promise.all(REQUESTS.map((kind) => view.all(kind)))).flat();
  const acts = view.ownActs();
  return byDeadline(requestsIn(rows, acts).filter((one) => waitsFor(one, person, now) && !undecided(acts, one)));
}

/** One's own word on it that the row does not show yet. */
export function undecided(acts: readonly OwnAct[], request: Request): OwnAct | undefined {
  const act = onItsWay(acts, request.id);
  // A delivered word has done its work once the row has moved past it.
  const moved = act?.state === 'delivered' && !isOpen(request);
  return moved ? undefined : act;
}

export function byDeadline(requests: readonly Request[]): Request[] {
  const last = Number.POSITIVE_INFINITY;
  return [...requests].sort(
    (a, b) => (a.deadline ?? last) - (b.deadline ?? last) || a.row.at - b.row.at || (a.id < b.id ? -1 : 1),
  );
}
