// What holds for a team on a date, as the server's own book has it (backend/gatehouse/rules/book.py). Pure.

import type { Json, Row } from '@gatehouse/sync/api';
import shelf from '../messages/clauses/shelf.json' with { type: 'json' };
import { textOf } from '../ui/context.ts';

/** The choice of no regulation. */
export const NONE = 'none';

export interface Form {
  readonly type: 'number' | 'yesno' | 'choice' | 'structure';
  readonly least?: number;
  readonly most?: number;
  readonly choices?: readonly string[];
  /** Whether "no limit" is a value. */
  readonly none?: boolean;
}

export interface Parameter {
  readonly clause: string;
  readonly default: Json;
  readonly form: Form;
  readonly part: string;
  /** The part of the product that will use it does not exist yet. */
  readonly later?: boolean;
}

interface Dated {
  readonly since: string;
  readonly until?: string;
  readonly clause: string;
  readonly value: Json;
}

interface Pack {
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

export type Terms = ReadonlyMap<string, Cited>;

export const PARAMETERS = shelf.parameters as unknown as Readonly<Record<string, Parameter>>;
const PACKS = shelf.packs as unknown as Readonly<Record<string, Pack>>;

/** Codes of the regulations a team can follow. */
export const CODES: readonly string[] = Object.keys(PACKS).filter((code) => PACKS[code]?.whole);

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
    if (since <= date && !(until !== '' && until <= since) && textOf(row, 'key') in PARAMETERS) {
      newest.set(textOf(row, 'key'), row);
    }
  }
  return new Map([...newest].filter(([, row]) => textOf(row, 'until') === '' || date < textOf(row, 'until')));
}

/** Every parameter's value under a regulation, with a team's changes above it. */
export function termsOf(pack: string, date: string, above: ReadonlyMap<string, Row> = new Map()): Terms {
  return new Map(
    Object.entries(PARAMETERS).map(([key, { clause, default: value }]) => {
      const stated = PACKS[pack]?.values[key]?.find((one) => one.since <= date && (!one.until || date < one.until));
      const plain: Cited = stated ? { value: stated.value, clause: stated.clause, stated: true } : { value, clause };
      const change = above.get(key);
      const set = change && parsed(textOf(change, 'value'));
      return [key, change && set !== undefined ? { value: set, clause: plain.clause, change } : plain];
    }),
  );
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export interface Difference {
  readonly key: string;
  readonly before: Cited;
  readonly after: Cited;
}

/** The parameters whose values differ, in the order of the catalogue. */
export function difference(before: Terms, after: Terms): Difference[] {
  return [...before].flatMap(([key, old]) => {
    const now = after.get(key);
    return now && canonical(old.value) !== canonical(now.value) ? [{ key, before: old, after: now }] : [];
  });
}

/** Canonical JSON: sorted keys, no spaces. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, Json>)[key] ?? null)}`).join(',')}}`;
}

/** Values that some regulation states for a parameter, and its default: what a structure is chosen from. */
export function offers(key: string): readonly { readonly code: string; readonly value: Json }[] {
  const found = Object.entries(PACKS).flatMap(([code, { values }]) =>
    (values[key] ?? []).map(({ value }) => ({ code, value })),
  );
  const plain = { code: '', value: PARAMETERS[key]?.default ?? null };
  return [plain, ...found].filter(
    ({ value }, n, all) => all.findIndex((one) => canonical(one.value) === canonical(value)) === n,
  );
}
