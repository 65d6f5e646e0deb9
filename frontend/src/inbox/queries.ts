// A person's notices as the inbox shows them (PROTOCOL 10.4).

import type { Json, OwnAct, Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { type Shift, shiftOf } from '../ui/shifts.ts';
import { isOpen, MOVES, type Swap, swapOf, swapsIn } from '../ui/swaps.ts';
import { type Names, readNames } from '../ui/values.ts';

/** So long what became of a swap is shown. */
const RECENT = 7 * 86_400_000;

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
  /** What a refusal rests on in the regulation, and the facts its sentence needs. */
  readonly clause?: string;
  readonly told?: Told;
  /** Who had moved the matter meanwhile, to which state, when. */
  readonly because?: Because;
  readonly sides: readonly Side[];
  readonly erased: boolean;
  /** The record, when this device holds it. */
  readonly record: Row | undefined;
  /** One's own act, when this device still keeps it: its values can be recorded again. */
  readonly act: OwnAct | undefined;
}

export type Told = Readonly<Record<string, string | number>>;

export interface Because {
  readonly state: string;
  readonly person: string;
  readonly at: number;
}

/** A swap of one's own that is over. */
export interface Result {
  readonly swap: Swap;
  readonly who: string;
  readonly at: number;
}

export interface Inbox {
  readonly notices: readonly Notice[];
  readonly results: readonly Result[];
  /** The shifts that notices and results are about, as far as they are held here. */
  readonly shifts: ReadonlyMap<string, Shift>;
  readonly superior: { readonly name: string; readonly phone: string } | undefined;
  readonly names: Names;
}

/** Open notices, newest first, and what became of the person's swaps. */
export async function readInbox(view: View, person: string, now: number): Promise<Inbox> {
  const open = (await view.all('notice')).filter((row) => row.f['state'] === 'open');
  const acts = new Map(view.ownActs().map((act) => [act.id, act]));
  const notices = await Promise.all(
    open.map(async (row) => noticeOf(row, await view.get(textOf(row, 'about')), acts.get(textOf(row, 'op')))),
  );
  const results = resultsOf(await view.all('swap'), person, now);
  const wanted = [...notices.map(giveOf), ...results.map(({ swap }) => swap.give)].filter((id) => id !== '');
  const shifts = await Promise.all([...new Set(wanted)].map(async (id) => shiftOf(await view.get(id))));
  const boss = await view.get(textOf(await view.get(person), 'superior'));
  return {
    notices: notices.sort((a, b) => b.at - a.at),
    results,
    shifts: new Map(shifts.filter((shift) => shift !== undefined).map((shift) => [shift.id, shift])),
    superior: boss && { name: textOf(boss, 'name'), phone: textOf(boss, 'phone') },
    names: await readNames(view),
  };
}

/** The shift that a notice's swap gives; '' for other matters. */
export function giveOf({ kind, record, act }: Notice): string {
  if (!isSwap(kind)) return '';
  const given = record?.f['give'] ?? act?.values?.['give'];
  return typeof given === 'string' ? given : '';
}

export function isSwap(kind: string): boolean {
  return kind.startsWith('swap.');
}

/** Swaps that the person asked for or took, and that ended lately; the last to end first. */
export function resultsOf(rows: readonly Row[], person: string, now: number): Result[] {
  return swapsIn(rows)
    .filter((swap) => !isOpen(swap) && (swap.by === person || swap.acceptedBy === person))
    .map((swap) => {
      const { person: who, at } = swap.wrote('state') ?? { person: swap.by, at: swap.at };
      return { swap, who, at };
    })
    .filter(({ at }) => now - at < RECENT)
    .sort((a, b) => b.at - a.at);
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
    ...(textOf(row, 'clause') ? { clause: textOf(row, 'clause') } : {}),
    ...toldOf(row.f['told']),
    ...becauseOf(row.f['because']),
    sides: sidesOf(row.f['fields']),
    erased: row.erased === true,
    record,
    act,
  };
}

function toldOf(value: Json | undefined): { told?: Told } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const facts = Object.entries(value).filter(([, fact]) => typeof fact === 'string' || typeof fact === 'number');
  return { told: Object.fromEntries(facts) as Told };
}

function becauseOf(value: Json | undefined): { because?: Because } {
  const [state, person, at] = Array.isArray(value) ? value : [];
  if (typeof state !== 'string' || typeof person !== 'string' || typeof at !== 'number') return {};
  return { because: { state, person, at } };
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
  if (outcome === 'merged') return false;
  if (creates(kind)) return true;
  return record !== undefined && !record.erased && stillOpen(kind, record);
}

/** Whether a swap has not moved on from where the act could move it. */
function stillOpen(kind: string, record: Row): boolean {
  const swap = swapOf(record);
  return swap === undefined || MOVES[kind]?.includes(swap.state) === true;
}

const CREATES = new Set(['visit.arrive', 'visit.exit', 'swap.request', 'deputy.name']);

export function creates(kind: string): boolean {
  return CREATES.has(kind);
}

/** Refusals of which the person in charge knows more. */
const WORTH_ASKING = new Set(['not_entitled', 'own_matter', 'overlap', 'not_asked', 'not_yours']);

export function worthAsking({ outcome, code }: Notice): boolean {
  return outcome === 'returned' || WORTH_ASKING.has(code ?? '');
}
