// What regulations set for a team on a date, as the device knows it, offline too: the server's own book
// (backend/gatehouse/rules/book.py) over the rows that came down. Pure; the server decides.

import type { Json, Row, View } from '@gatehouse/sync/api';
import shelf from '../messages/clauses/shelf.json' with { type: 'json' };
import { textOf } from './context.ts';

interface Dated {
  readonly since: string;
  readonly until?: string;
  readonly clause: string;
  readonly value: Json;
}

export interface Pack {
  readonly whole: boolean;
  readonly values: Readonly<Record<string, readonly Dated[]>>;
}

export interface Cited {
  readonly value: Json;
  readonly clause: string;
  /** Whether the regulation says it, rather than a default. */
  readonly stated?: boolean;
  /** The change by an admin it comes from. */
  readonly change?: Row;
}

/** The choice of no regulation. */
export const NONE = 'none';
export const PACKS = shelf.packs as unknown as Readonly<Record<string, Pack>>;
const DEFAULTS = shelf.parameters as unknown as Readonly<Record<string, { clause: string; default: Json }>>;

/** The rows it follows from. */
export const TERM_KINDS = ['policy', 'override'];

/** What teams chose, and what was set otherwise. */
export interface Book {
  readonly choices: readonly Row[];
  readonly changes: readonly Row[];
}

export async function readBook(view: View): Promise<Book> {
  const [choices, changes] = await Promise.all([view.all('policy'), view.all('override')]);
  return { choices, changes };
}

/** Choices or changes of a team, the one that counts most last. */
export function ofTeam(rows: readonly Row[], team: string): Row[] {
  return rows
    .filter((row) => row.f['team'] === team)
    .sort((a, b) => order(textOf(a, 'since'), textOf(b, 'since')) || a.at - b.at || order(a.id, b.id));
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The choice in force on a date; a regulation this version does not know is passed over. */
export function chosen(choices: readonly Row[], team: string, date: string): Row | undefined {
  return ofTeam(choices, team)
    .filter((row) => textOf(row, 'since') <= date && (row.f['pack'] === NONE || textOf(row, 'pack') in PACKS))
    .at(-1);
}

/** The changes in force on a date, by parameter; what ended before it began never held. */
export function changed(changes: readonly Row[], team: string, date: string): ReadonlyMap<string, Row> {
  const newest = new Map<string, Row>();
  for (const row of ofTeam(changes, team)) {
    const [since, until] = [textOf(row, 'since'), textOf(row, 'until')];
    if (since <= date && !(until !== '' && until <= since) && textOf(row, 'key') in DEFAULTS) {
      newest.set(textOf(row, 'key'), row);
    }
  }
  return new Map([...newest].filter(([, row]) => textOf(row, 'until') === '' || date < textOf(row, 'until')));
}

/** A parameter's value under a regulation on a date, with an admin's change above it. */
export function cited(pack: string, date: string, key: string, change?: Row): Cited {
  const { clause, default: value } = DEFAULTS[key] ?? { clause: '', default: null };
  const stated = PACKS[pack]?.values[key]?.find(({ since, until }) => since <= date && (!until || date < until));
  const plain: Cited = stated ? { value: stated.value, clause: stated.clause, stated: true } : { value, clause };
  const set = change && parsed(textOf(change, 'value'));
  return change && set !== undefined ? { value: set, clause: plain.clause, change } : plain;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The regulation a team follows on a date; '' where there is none. */
export function packOn(book: Book, team: string, date: string): string {
  return textOf(chosen(book.choices, team, date), 'pack');
}

/** What a parameter is for a team on a date, with the clause it rests on. */
export function termOn(book: Book, team: string, date: string, key: string): Cited {
  const changes = book.changes.filter((row) => row.f['key'] === key);
  return cited(packOn(book, team, date), date, key, changed(changes, team, date).get(key));
}
