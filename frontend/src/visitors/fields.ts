// What a guard fills in about a visitor, and how it becomes the values of an act.

import type { Json, Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { clean, PROVINCES } from '../ui/plate.ts';
import { endOfDay } from '../ui/time.ts';
import { PRIVATE } from '../ui/values.ts';

/** In the order of how often a gate sees them. */
export const CATEGORIES = [
  'courier',
  'takeaway',
  'resident_guest',
  'contractor',
  'agent',
  'official',
  'interview',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const ID_KINDS = ['none', 'id_card', 'passport', 'permit', 'work_card'] as const;
export type IdKind = (typeof ID_KINDS)[number];

/** How long a visitor means to stay, in hours; `day`: until midnight; `none`: not said. */
export const STAYS = ['none', '1', '2', '4', 'day'] as const;
export type Stay = (typeof STAYS)[number];

export const TEXTS = ['name', 'phone', 'plate', 'host', 'unit', 'purpose', 'pass_no'] as const;
export type TextName = (typeof TEXTS)[number];

/** Most UTF-16 units an input takes; never more than the code points the protocol allows. */
export const LIMITS: Readonly<Record<TextName | 'note' | 'item', number>> = {
  name: 80,
  phone: 24,
  plate: 12,
  host: 80,
  unit: 40,
  purpose: 120,
  pass_no: 20,
  note: 500,
  item: 40,
};
export const MOST_COMPANIONS = 99;
const MOST_ITEMS = 20;

/** The form. Texts as typed; '' is "not given". */
export interface Entry extends Record<TextName, string> {
  category: Category | '';
  companions: number;
  /** One a line. */
  items: string;
  note: string;
  id_kind: IdKind | '';
  stay: Stay | '';
}

export function blank(): Entry {
  return {
    category: '',
    name: '',
    phone: '',
    plate: '',
    host: '',
    unit: '',
    purpose: '',
    pass_no: '',
    companions: 0,
    items: '',
    note: '',
    id_kind: '',
    stay: '',
  };
}

/** The form as it shows a record. Notes and items only grow, so their boxes start empty. */
export function entryOf(row: Row): Entry {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, textOf(row, name)])) as Record<TextName, string>;
  return {
    ...blank(),
    ...texts,
    category: (textOf(row, 'category') as Category) || '',
    companions: numberOf(row, 'companions') ?? 0,
    id_kind: (textOf(row, 'id_kind') as IdKind) || '',
  };
}

type Values = Record<string, Json>;

/** The filled-in fields, tidied: what an act that creates a record carries. */
export function valuesOf(entry: Entry, now: number, zone: string): Values {
  const values: Values = {};
  for (const name of TEXTS) {
    const text = name === 'plate' ? plateOf(entry.plate) : tidy(entry[name]);
    if (text) values[name] = text;
  }
  if (entry.category) values['category'] = entry.category;
  if (entry.companions > 0) values['companions'] = entry.companions;
  if (entry.id_kind) values['id_kind'] = entry.id_kind;
  const until = stayUntil(entry.stay, now, zone);
  if (until) values['expected_out'] = until;
  const items = itemsOf(entry.items);
  if (items.length > 0) values['items'] = items;
  const note = tidy(entry.note, true);
  if (note) values['note'] = note;
  return values;
}

/** Only what the person changed; null clears a field. Untouched fields stay out, so nobody else's change is lost. */
export function changesOf(row: Row, before: Entry, after: Entry, now: number, zone: string): Values {
  const given = valuesOf(after, now, zone);
  const had = valuesOf(before, now, zone);
  const changes: Values = {};
  for (const [name, value] of Object.entries(given)) {
    if (JSON.stringify(value) !== JSON.stringify(had[name])) changes[name] = value;
  }
  for (const name of Object.keys(had)) if (!(name in given)) changes[name] = null;
  if (after.stay === 'none' && row.f['expected_out'] !== undefined) changes['expected_out'] = null;
  return changes;
}

/** The public values of an act and its private part. */
export function split(values: Values): { values: Values; private?: Values } {
  const sides: { values: Values; private: Values } = { values: {}, private: {} };
  for (const [name, value] of Object.entries(values)) sides[PRIVATE.has(name) ? 'private' : 'values'][name] = value;
  return Object.keys(sides.private).length > 0 ? sides : { values: sides.values };
}

/** NFC, no control characters, no blanks around it. Half an emoji stays, and is refused: what is lost with it is not ours to guess. */
export function tidy(text: string, lines = false): string {
  const sound = text.normalize('NFC').replace(/\r\n?/g, '\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  const banned = lines ? /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g : /[\u0000-\u001f\u007f-\u009f]/g;
  return sound.replace(banned, ' ').trim();
}

/** A province alone is what the keypad offered, not a plate. */
function plateOf(typed: string): string {
  const plate = clean(typed);
  return PROVINCES.includes(plate) ? '' : plate;
}

function itemsOf(text: string): string[] {
  const items = text.split(/[\n,;\uff0c\uff1b\u3001]/).map((item) => [...tidy(item)].slice(0, LIMITS.item).join(''));
  return [...new Set(items.filter(Boolean))].sort(byCodePoint).slice(0, MOST_ITEMS);
}

/** JavaScript sorts by UTF-16 unit; the protocol's sets are sorted by code point. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function stayUntil(stay: Stay | '', now: number, zone: string): number | undefined {
  if (stay === '' || stay === 'none') return undefined;
  return stay === 'day' ? endOfDay(now, zone) : now + Number(stay) * 3_600_000;
}
