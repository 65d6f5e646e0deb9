// All that holds for a team on a date, and what a choice would change. Pure.

import type { Json, Row } from '@gatehouse/sync/api';
import shelf from '../messages/clauses/shelf.json' with { type: 'json' };
import { type Cited, cited, PACKS } from '../ui/terms.ts';

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

export type Terms = ReadonlyMap<string, Cited>;

export const PARAMETERS = shelf.parameters as unknown as Readonly<Record<string, Parameter>>;

/** Codes of the regulations a team can follow. */
export const CODES: readonly string[] = Object.keys(PACKS).filter((code) => PACKS[code]?.whole);

/** Every parameter's value under a regulation, with a team's changes above it. */
export function termsOf(pack: string, date: string, above: ReadonlyMap<string, Row> = new Map()): Terms {
  return new Map(Object.keys(PARAMETERS).map((key) => [key, cited(pack, date, key, above.get(key))]));
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
