// What regulations set for a team on a date, as the device knows it: offline too. Pure; the server's book decides.

import type { Json, Row, View } from '@gatehouse/sync/api';
import shelf from '../messages/clauses/shelf.json' with { type: 'json' };
import { textOf } from './context.ts';

interface Dated {
  readonly since: string;
  readonly until?: string;
  readonly clause: string;
  readonly value: Json;
}

export interface Cited {
  readonly value: Json;
  readonly clause: string;
}

const DEFAULTS = shelf.parameters as unknown as Readonly<Record<string, { clause: string; default: Json }>>;
const PACKS = shelf.packs as unknown as Readonly<
  Record<string, { values: Readonly<Record<string, readonly Dated[]>> }>
>;

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

/** The regulation a team follows on a date; '' where there is none. */
export function packOn(book: Book, team: string, date: string): string {
  return textOf(last(book.choices, team, date), 'pack');
}

/** What a parameter is for a team on a date, with the clause it rests on. */
export function termOn(book: Book, team: string, date: string, key: string): Cited {
  const stated = PACKS[packOn(book, team, date)]?.values[key]?.find(
    ({ since, until }) => since <= date && (until === undefined || date < until),
  );
  const plain = DEFAULTS[key] ?? { clause: '', default: null };
  const clause = stated?.clause ?? plain.clause;
  const set = last(
    book.changes.filter((row) => row.f['key'] === key),
    team,
    date,
  );
  const over = textOf(set, 'until');
  if (set !== undefined && (over === '' || date < over)) {
    const value = parsed(textOf(set, 'value'));
    if (value !== undefined) return { value, clause };
  }
  return { value: stated ? stated.value : plain.default, clause };
}

function last(rows: readonly Row[], team: string, date: string): Row | undefined {
  const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return rows
    .filter((row) => row.f['team'] === team && textOf(row, 'since') <= date)
    .filter((row) => textOf(row, 'until') === '' || textOf(row, 'until') > textOf(row, 'since'))
    .sort((a, b) => order(textOf(a, 'since'), textOf(b, 'since')) || a.at - b.at || order(a.id, b.id))
    .at(-1);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
