// What the visitor screens read. Everything here is pure or takes a view.

import type { Json, OwnAct, RecordState, Row, View } from '@gatehouse/sync/api';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf } from '../ui/context.ts';
import { PROVINCES } from '../ui/plate.ts';
import { dayKey } from '../ui/time.ts';
import { type Names, readNames } from '../ui/values.ts';
import { CLOSED, filedAt, isInside, readOpen } from './orders.ts';

const STALE = 10 * 60_000;
/** So many closed visits are looked through for exits without an entry. */
const RECENT = 60;
/** What two gates' corrected times may differ by, ms. */
const CLOCKS = 60_000;

/** The person's means of being told apart: the plate, or name and phone together. */
function marks(row: Row): string[] {
  if (row.sh) return [];
  const plain = (field: string) =>
    textOf(row, field)
      .normalize('NFC')
      .replace(/[\s\-·]/g, '')
      .toUpperCase();
  const [plate, name, phone] = ['plate', 'name', 'phone'].map(plain);
  return [...(plate ? [`plate ${plate}`] : []), ...(name && phone ? [`person ${name} ${phone}`] : [])];
}

/** For each row that may be somebody who is inside twice, the others; pairs in `apart` were judged to differ. */
export function duplicates(rows: readonly Row[], apart: ReadonlySet<string> = new Set()): Map<string, string[]> {
  const bearers = new Map<string, string[]>();
  for (const row of rows) for (const mark of marks(row)) bearers.set(mark, [...(bearers.get(mark) ?? []), row.id]);
  const found = new Map<string, string[]>();
  for (const ids of bearers.values()) {
    for (const id of ids) {
      const others = ids.filter((other) => other !== id && !apart.has(pairOf(id, other)));
      if (others.length > 0) found.set(id, [...new Set([...(found.get(id) ?? []), ...others])]);
    }
  }
  return found;
}

/** Two ids as one key, whichever comes first. */
export function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Rows inside that bear the plate, or the name and phone, of what is being typed. */
export function matching(rows: readonly Row[], typed: { name: string; phone: string; plate: string }): Row[] {
  const asked = new Set(marks({ f: typed } as unknown as Row));
  return rows.filter((row) => marks(row).some((mark) => asked.has(mark)));
}

/** A post, how many entered there who are still inside, and how old its devices' data are. */
export interface Gate {
  readonly post: string;
  readonly name: string;
  readonly count: number;
  /** All acts recorded at the post up to here have arrived; `here`: only this device writes there. */
  readonly upTo: number | 'here' | undefined;
  readonly stale: boolean;
  /** Acts that its devices recorded and that have not arrived. */
  readonly missing: number;
}

/** The posts with their freshness: that of the device which is furthest behind, this one left out. */
export function gatesOf(
  posts: readonly Row[],
  devices: readonly Row[],
  inside: readonly Row[],
  own: string,
  now: number,
): Gate[] {
  return posts.map((post) => {
    const there = devices.filter((row) => row.f['post'] === post.id);
    const others = there.filter((row) => row.f['device'] !== own);
    const times = others.map((row) => numberOf(row, 'complete_to') ?? 0);
    const oldest = times.length > 0 ? Math.min(...times) : undefined;
    const upTo = oldest === undefined ? (there.length > 0 ? 'here' : undefined) : oldest || undefined;
    return {
      post: post.id,
      name: textOf(post, 'name'),
      count: inside.filter((row) => row.f['post'] === post.id).length,
      upTo,
      stale: others.length > 0 && now - (oldest ?? 0) > STALE,
      missing: others.reduce((sum, row) => sum + (numberOf(row, 'held') ?? 0), 0),
    };
  });
}

export interface Listed {
  readonly row: Row;
  readonly state: RecordState | undefined;
  /** Ids of others inside, and of exits alone, that may be the same person's. */
  readonly same: readonly string[];
}

export interface Inside {
  readonly rows: readonly Listed[];
  /** Exits recorded alone that may belong to one of the rows: the entry was not known at that gate yet. */
  readonly exits: readonly Row[];
  readonly posts: readonly Row[];
  readonly devices: readonly Row[];
}

export async function readInside(view: View, site: string, apart: ReadonlySet<string>): Promise<Inside> {
  const [rows, closed, posts, devices] = await Promise.all([
    readOpen(view, site),
    view.list('visit', { prefix: [site, CLOSED], limit: RECENT }),
    view.all('post'),
    view.all('gate'),
  ]);
  const exits = closed.filter(({ f }) => f['arrived'] === undefined && f['joined'] === undefined);
  const same = duplicates([...rows, ...exits], apart);
  const byOrder = (a: Row, b: Row) => (numberOf(a, 'order') ?? 0) - (numberOf(b, 'order') ?? 0);
  // Out of use, and somebody who came in there is still inside.
  const at = new Set(rows.map((row) => row.f['post']));
  const out = new Map(exits.map((row) => [row.id, filedAt(row)]));
  // An exit from before the entry belongs to an earlier visit.
  const sameAs = (row: Row) =>
    (same.get(row.id) ?? []).filter((id) => (out.get(id) ?? filedAt(row)) >= filedAt(row) - CLOCKS);
  return {
    rows: rows.map((row) => ({ row, state: view.state(row.id), same: sameAs(row) })),
    exits,
    posts: posts.filter((row) => row.f['site'] === site && (!isClosed(row) || at.has(row.id))).sort(byOrder),
    devices: devices.filter((row) => row.f['site'] === site),
  };
}

/** A few who are inside: overdue ones first, then the last to come in. */
export async function readLatest(view: View, site: string, now: number, most: number): Promise<Row[]> {
  const open = await readOpen(view, site);
  const late = open.filter((row) => isOverdue(row, now));
  return [...late, ...open.filter((row) => !isOverdue(row, now))].slice(0, most);
}

/** What speeds up the next entry: rows inside, units seen lately, the province of the last plate. */
export interface Habits {
  readonly inside: readonly Row[];
  readonly units: readonly string[];
  readonly province: string;
}

export async function readHabits(view: View, site: string): Promise<Habits> {
  const [open, closed] = await Promise.all([
    readOpen(view, site),
    view.list('visit', { prefix: [site, CLOSED], limit: 60 }),
  ]);
  const recent = [...open, ...closed].sort((a, b) => filedAt(b) - filedAt(a));
  const units = [...new Set(recent.map((row) => textOf(row, 'unit')).filter(Boolean))].slice(0, 6);
  const province = recent.map((row) => textOf(row, 'plate').charAt(0)).find((sign) => PROVINCES.includes(sign));
  return { inside: open, units, province: province ?? FIRST_PROVINCE };
}

/** Guangdong, where nothing else is known: the sites this was made for. */
const FIRST_PROVINCE = PROVINCES[18] ?? '';

export interface Page {
  readonly row: Row;
  readonly state: RecordState | undefined;
  readonly acts: readonly OwnAct[];
  readonly names: Names;
  /** An open notice of the person signed in is about this record. */
  readonly conflict: boolean;
  /** Records that were joined into this one. */
  readonly joined: readonly Row[];
}

export async function readPage(view: View, id: string): Promise<Page | null> {
  const row = await view.get(id);
  if (row?.kind !== 'visit') return null;
  const [names, notices, near] = await Promise.all([
    readNames(view),
    view.all('notice'),
    view.list('visit', { prefix: [textOf(row, 'site')], limit: 400 }),
  ]);
  return {
    row,
    state: view.state(id),
    acts: view.ownActs().filter(({ entity }) => entity === id),
    names,
    conflict: notices.some(({ f }) => f['about'] === id && f['state'] === 'open'),
    joined: near.filter(({ f }) => f['joined'] === id),
  };
}

/** Closed visits by the local day they are filed under, newest day first. */
export function byDay(rows: readonly Row[], zone: string): [string, Row[]][] {
  const days = new Map<string, Row[]>();
  for (const row of rows) {
    const day = dayKey(filedAt(row), zone);
    days.set(day, [...(days.get(day) ?? []), row]);
  }
  return [...days].sort(([a], [b]) => (a < b ? 1 : -1));
}

export async function readHistory(view: View, site: string, limit: number): Promise<Row[]> {
  return view.list('visit', { prefix: [site, CLOSED], limit });
}

export async function readFound(view: View, site: string, term: string): Promise<Row[]> {
  return term ? view.search('visit', { prefix: [site], term, limit: 60 }) : [];
}

/** An instant plus nothing else: whether the visitor should have left by now. */
export function isOverdue(row: Row, now: number): boolean {
  const until = numberOf(row, 'expected_out');
  return until !== undefined && until < now && isInside(row);
}

/** Entries of a growing text (notes): who, when, what. */
export interface Remark {
  readonly op: string;
  readonly by: string;
  readonly at: number;
  readonly text: string;
}

export function remarks(value: Json | undefined): Remark[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((entry): entry is [string, string, number, string] => Array.isArray(entry) && entry.length === 4)
    .map(([op, by, at, text]) => ({ op, by, at, text }));
}
