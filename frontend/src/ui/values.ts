// A visit's fields in words, for every screen that shows one.

import type { Json, View } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { textOf } from './context.ts';
import { moment } from './time.ts';

/** Names of people and posts by id. */
export type Names = ReadonlyMap<string, string>;

/** Everybody and every post this device knows by name. */
export async function readNames(view: View): Promise<Names> {
  const rows = await Promise.all(['person', 'post', 'site', 'team'].map((kind) => view.all(kind)));
  return new Map(rows.flat().map((row) => [row.id, textOf(row, 'name')]));
}

/** A person's name; `self`, whose row may not have arrived, is "me". */
export function nameOf(names: Names, person: string, self: string): string {
  return names.get(person) ?? (person === self ? say().you : say().unknownPerson);
}

/** Fields of a visit that travel in the private part of an act. */
export const PRIVATE: ReadonlySet<string> = new Set(['name', 'phone', 'plate', 'host', 'purpose', 'items', 'note']);

/** The field's name in words; a field that this version does not know keeps its own. */
export function fieldWords(field: string): string {
  return (saySignedIn().visit.field as Record<string, string>)[field] ?? field;
}

const INSTANTS = new Set(['arrived', 'left', 'expected_out']);
const NAMED = new Set(['site', 'post', 'left_post']);

/** A field's value in words; '' where there is none. */
export function valueWords(field: string, value: Json | undefined, names: Names, now: number, zone: string): string {
  const words = saySignedIn().visit;
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return INSTANTS.has(field) ? moment(value, now, zone) : String(value);
  if (Array.isArray(value))
    return value.map((item) => (Array.isArray(item) ? String(item[3]) : String(item))).join('\n');
  if (typeof value !== 'string') return String(value);
  if (field === 'category') return (words.category as Record<string, string>)[value] ?? value;
  if (field === 'id_kind') return (words.idKind as Record<string, string>)[value] ?? value;
  return NAMED.has(field) ? (names.get(value) ?? say().loading) : value;
}
