// A person's notices as the inbox shows them (PROTOCOL 10.4).

import type { Json, OwnAct, Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { type Names, readNames } from '../ui/values.ts';

/** One field that two people wrote: both values, and who wrote the other, when. */
export interface Side {
  readonly field: string;
  readonly mine: Json;
  readonly theirs: Json;
  readonly by: string;
  readonly at: number;
}

export interface Notice {
  readonly id: string;
  readonly at: number;
  /** The record it is about. */
  readonly about: string;
  /** The kind of act that was decided. */
  readonly kind: string;
  readonly op: string;
  readonly outcome: 'merged' | 'refused' | 'returned';
  readonly code?: string;
  readonly why?: string;
  readonly sides: readonly Side[];
  readonly erased: boolean;
  /** The record, when this device holds it. */
  readonly record: Row | undefined;
  /** One's own act, when this device still keeps it: its values can be recorded again. */
  readonly act: OwnAct | undefined;
}

export interface Inbox {
  readonly notices: readonly Notice[];
  readonly names: Names;
}

/** Open notices, newest first. */
export async function readInbox(view: View): Promise<Inbox> {
  const open = (await view.all('notice')).filter((row) => row.f['state'] === 'open');
  const acts = new Map(view.ownActs().map((act) => [act.id, act]));
  const notices = await Promise.all(
    open.map(async (row) => noticeOf(row, await view.get(textOf(row, 'about')), acts.get(textOf(row, 'op')))),
  );
  return { notices: notices.sort((a, b) => b.at - a.at), names: await readNames(view) };
}

export function noticeOf(row: Row, record: Row | undefined, act: OwnAct | undefined): Notice {
  const outcome = textOf(row, 'd');
  const code = textOf(row, 'code');
  const why = textOf(row, 'why');
  return {
    id: row.id,
    at: numberOf(row, 'at') ?? row.at,
    about: textOf(row, 'about'),
    kind: textOf(row, 'kind'),
    op: textOf(row, 'op'),
    outcome: outcome === 'refused' || outcome === 'returned' ? outcome : 'merged',
    ...(code ? { code } : {}),
    ...(why ? { why } : {}),
    sides: sidesOf(row.f['fields']),
    erased: row.erased === true,
    record,
    act,
  };
}

function sidesOf(value: Json | undefined): Side[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((side) => {
    if (!Array.isArray(side)) return [];
    const [field, mine = null, theirs = null, by, at] = side;
    if (typeof field !== 'string' || typeof by !== 'string' || typeof at !== 'number') return [];
    return [{ field, mine, theirs, by, at }];
  });
}

/** What happened stays: who was first to record an exit is not a matter of choice. */
export function canChoose({ field }: Side): boolean {
  return field !== 'left' && field !== 'left_post';
}

/** Refusals after which the same act, recorded on the record as it is now, can succeed. */
const WORTH_AGAIN = new Set([
  'malformed',
  'unsendable',
  'op_id_reused',
  'not_entitled',
  'unknown_reference',
  'behind_refused',
]);

/** Whether the act can be recorded anew: its values are here, and what it changes (if not new) is too. */
export function canRepeat({ outcome, code, act, record, kind }: Notice): boolean {
  if (!act?.values || (outcome === 'refused' && !WORTH_AGAIN.has(code ?? ''))) return false;
  return outcome !== 'merged' && (creates(kind) || (record !== undefined && !record.erased));
}

export function creates(kind: string): boolean {
  return kind === 'visit.arrive' || kind === 'visit.exit';
}
