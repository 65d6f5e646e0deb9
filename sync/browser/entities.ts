/**
 * What exists and what can be done to it: the data of `entities.json` and, once loaded, `office.json` (PROTOCOL 2.3,
 * §10), typed and completed.
 */

import catalogue from './entities.json' with { type: 'json' };

export type FieldType = 'text' | 'texts' | 'id' | 'ids' | 'int' | 'instant' | 'choice' | 'bool';
export type Policy = 'first' | 'lww' | 'ask' | 'append' | 'union';

/** One field; what is absent has its default: public, `lww`, limits 0, no mask. */
export interface Field {
  readonly type: FieldType;
  readonly private?: boolean;
  readonly policy?: Policy;
  /** Most code points of a text (of each item of `texts`), or the greatest int. */
  readonly max?: number;
  readonly min?: number;
  readonly choices?: readonly string[];
  readonly lines?: boolean;
  readonly mask?: 'surname' | 'tail';
  readonly hashed?: boolean;
}

/** A kind of record: its fields, and how long devices hold it (10.5). */
export interface Entity {
  readonly fields: Readonly<Record<string, Field>>;
  readonly closed_by?: string;
  readonly full_ms?: number;
  readonly keep_ms?: number;
}

/** How an op of one version reads as one of the next (2.7). */
export interface Upcast {
  /** Name before to name after. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Names before that mean nothing any more. */
  readonly drop?: readonly string[];
  /** By name after: value before to value after. */
  readonly choices?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Public values of what was not asked for before. */
  readonly put?: Readonly<Record<string, string | number | boolean>>;
}

/** A kind of op. `params` are values of the act that are not fields of the entity. */
export interface Kind {
  readonly family: 'fact' | 'patch' | 'command';
  readonly entity: string | null;
  readonly version?: number;
  readonly creates?: boolean;
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly params?: Readonly<Record<string, Field>>;
  readonly required_params?: readonly string[];
  /** Field to stamp with the corrected time: the touched field that must have won for it ("" = always). */
  readonly stamps?: Readonly<Record<string, string>>;
  readonly unsigned?: boolean;
  /** From version 1 to 2, from 2 to 3, and so on. */
  readonly upcasts?: readonly Upcast[];
  readonly clears?: boolean;
}

/** Policies under which a value only grows. */
export const GROWING: ReadonlySet<Policy | undefined> = new Set(['append', 'union']);

export const DAY = 86_400_000;

const entities: Record<string, Entity> = {};
const kinds: Record<string, Kind> = {};

/** Adds a catalogue to what is known. */
export function declare(more: unknown): void {
  const { entities: things, kinds: acts } = more as Record<'entities', typeof entities> & Record<'kinds', typeof kinds>;
  Object.assign(entities, things);
  Object.assign(kinds, acts);
}

declare(catalogue);

/** The record's own property; names come from the wire, and objects inherit some (`constructor`). */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The entity kind of this name; one that is not known here has no fields and never closes. */
export function entityKind(name: string): Entity {
  return own(entities, name) ?? { fields: {} };
}

/** The op kind of this name, when it is known here. */
export function opKind(name: string): Kind | undefined {
  return own(kinds, name);
}

/** The names of an entity kind's private fields. */
export function privateFields(kind: string): Set<string> {
  const fields = Object.entries(entityKind(kind).fields);
  return new Set(fields.filter(([, field]) => field.private).map(([name]) => name));
}
