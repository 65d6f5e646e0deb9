/** Ops: the head, the private part, and the check both sides run (PROTOCOL §2). */

import { byCodePoint, commit, decode, isWellFormed, NotCanonicalError, unb64, utf8 } from './canon.ts';
import type { AnchorReading, Evidence } from './clock.ts';
import { entityKind, type Field, GROWING, type Kind, opKind, own } from './entities.ts';
import { isUuid } from './ids.ts';

export const MAX_PART = 16 * 1024;
export const MAX_ITEMS = 20;
export const NO_AUTH = 'none';

export type Value = string | number | boolean | string[] | null;
export type Values = Readonly<Record<string, Value>>;

/** The public part of an op (2.1). */
export interface Head {
  readonly actor: string;
  readonly auth: string;
  readonly base: string | null;
  readonly com: string | null;
  readonly depends_on: readonly string[];
  readonly entity: string;
  readonly id: string;
  readonly kind: string;
  readonly kv: number;
  readonly org: string;
  readonly t: Evidence;
  readonly touched: readonly string[];
  readonly values: Values;
}

/** A decoded head with its private values (null: erased, or never had any). */
export interface Op {
  readonly head: Head;
  readonly private: Values | null;
}

/** Thrown for what is not a well-formed op: which rule of 2.4 it breaks and, where there is one, the field. */
export class MalformedError extends Error {
  readonly field: string | undefined;

  constructor(rule: string, field?: string) {
    super(field === undefined ? rule : `${rule} ${field}`);
    this.field = field;
  }
}

const HEAD_KEYS = 'actor,auth,base,com,depends_on,entity,id,kind,kv,org,t,touched,values';
const HASH = /^[0-9a-f]{64}$/;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const KIND = /^[a-z][a-z_]{0,39}\.[a-z][a-z_]{0,39}$/;
const RUN = /^[A-Za-z0-9_-]{1,64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, but for the newline
const CONTROL_BUT_NEWLINE = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range begins with them
const TOKEN = /^[\x00-\x7f]{0,160}$/;

/** Public and private values together. */
export function fieldsOf(op: Op): Values {
  return op.private === null ? op.head.values : { ...op.head.values, ...op.private };
}

/** The head of a canonical text, its envelope checked but not its kind; throws MalformedError. */
export function parseHead(text: string): Head {
  const head = record(canonical(text, 'head'), 'head');
  if (Object.keys(head).sort().join() !== HEAD_KEYS) throw new MalformedError('head');
  const ids = [head['actor'], head['entity'], head['id'], head['org']];
  if (!ids.every(isUuid)) throw new MalformedError('not an id');
  if (head['auth'] !== NO_AUTH && !isUuid(head['auth'])) throw new MalformedError('auth');
  if (head['base'] !== null && !isUuid(head['base'])) throw new MalformedError('base');
  if (head['com'] !== null && !matches(HASH, head['com'])) throw new MalformedError('com');
  const kv = head['kv'];
  if (!matches(KIND, head['kind']) || typeof kv !== 'number' || kv < 1 || kv > 999) throw new MalformedError('kind');
  if (!ascending(head['depends_on'], isUuid, MAX_ITEMS)) throw new MalformedError('depends_on');
  if (!ascending(head['touched'], (name) => matches(NAME, name))) throw new MalformedError('touched');
  checkTime(head['t']);
  valuesOf(head['values']);
  return head as unknown as Head;
}

function canonical(text: string, part: string): unknown {
  if (!isWellFormed(text)) throw new MalformedError('lone surrogate');
  if (text.length > MAX_PART || utf8(text).length > MAX_PART) throw new MalformedError(`${part} too long`);
  try {
    return decode(text);
  } catch (error) {
    if (error instanceof NotCanonicalError) throw new MalformedError(`${part} is not canonical`);
    throw error;
  }
}

function record(value: unknown, part: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new MalformedError(part);
  return value as Record<string, unknown>;
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}

/** Whether it is a list of such texts, each greater than the one before. */
function ascending(value: unknown, such: (item: unknown) => boolean, most = Number.POSITIVE_INFINITY): boolean {
  if (!Array.isArray(value) || value.length > most || !value.every(such)) return false;
  return value.every((item, i) => i === 0 || byCodePoint(value[i - 1] as string, item as string) < 0);
}

function checkTime(value: unknown): void {
  const t = record(value, 't');
  if (Object.keys(t).sort().join() !== 'anchor,mono,run,wall' || !clocked(t)) throw new MalformedError('t');
  if (t['anchor'] === null) return;
  const anchor = record(t['anchor'], 't.anchor') as unknown as AnchorReading;
  const keys = Object.keys(anchor).sort().join();
  if (keys !== 'mono,run,token,wall' || !clocked(anchor) || !matches(TOKEN, anchor.token)) {
    throw new MalformedError('t.anchor');
  }
}

function clocked(reading: object): boolean {
  const { mono, run, wall } = reading as Partial<AnchorReading>;
  return typeof mono === 'number' && typeof wall === 'number' && matches(RUN, run);
}

/** Plain values: texts, integers, booleans, lists of texts, null. */
function valuesOf(value: unknown): Values {
  const values = record(value, 'values');
  for (const [name, item] of Object.entries(values)) {
    if (!matches(NAME, name)) throw new MalformedError('not a plain value');
    const listed = Array.isArray(item) && item.every((text) => typeof text === 'string');
    if (item !== null && typeof item === 'object' && !listed) throw new MalformedError('value of', name);
  }
  return values as Values;
}

/** The private values, proved to be those the head commits to; throws MalformedError. */
export function parsePrivate(head: Head, text: string | null, salt: string | null): Values | null {
  if (head.com === null) {
    if (text !== null || salt !== null) throw new MalformedError('private part without commitment');
    return null;
  }
  if (text === null || salt === null) throw new MalformedError('private part missing');
  if (!isWellFormed(text) || utf8(text).length > MAX_PART) throw new MalformedError('private part');
  let raw: Uint8Array;
  try {
    raw = unb64(salt);
  } catch {
    throw new MalformedError('private part');
  }
  if (raw.length !== 32 || commit(raw, text) !== head.com) throw new MalformedError('commitment');
  return parseValues(text);
}

/** The values of a canonical private part; throws MalformedError. */
export function parseValues(text: string): Values {
  return valuesOf(canonical(text, 'private part'));
}

/** The kind of this op, or undefined when it (or its version) is not known here (P6). */
export function known(head: Head): Kind | undefined {
  const kind = opKind(head.kind);
  return kind !== undefined && head.kv <= (kind.version ?? 1) ? kind : undefined;
}

/** The rules of the kind: right fields on the right side, of their types, none missing (2.4); throws MalformedError. */
export function check(head: Head, private_: Values | null, kind: Kind): void {
  const names = [...Object.keys(head.values), ...Object.keys(private_ ?? {})];
  const present = new Set(names);
  if (names.length !== head.touched.length || !head.touched.every((name) => present.has(name))) {
    throw new MalformedError('touched');
  }
  if ((head.entity === head.id) !== (kind.creates === true || kind.entity === null)) throw new MalformedError('entity');
  if (head.entity === head.id && head.base !== null) throw new MalformedError('base');
  checkFields(kind, head.values, false);
  checkFields(kind, private_ ?? {}, true);
  const required = [...(kind.required ?? []), ...(kind.required_params ?? [])].sort(byCodePoint);
  const missing = required.find((name) => !present.has(name));
  if (missing !== undefined) throw new MalformedError('missing', missing);
  if (kind.family === 'patch' && present.size === 0) throw new MalformedError('nothing touched');
}

/** Each value alone, on the side it belongs to; throws MalformedError with the field's name. */
export function checkFields(kind: Kind, values: Values, isPrivate: boolean): void {
  for (const [name, value] of Object.entries(values)) checkField(kind, name, value, isPrivate);
}

function checkField(kind: Kind, name: string, value: Value, isPrivate: boolean): void {
  const param = own(kind.params, name);
  const field = param ?? declared(kind, name);
  if (field === undefined || (field.private === true) !== isPrivate) throw new MalformedError('field', name);
  // Lists and sets only grow: clearing one would drop what others added.
  const clearable = kind.clears && param === undefined && !kind.required?.includes(name) && !GROWING.has(field.policy);
  if (value === null && clearable) return;
  if (!valid(field, value)) throw new MalformedError('value of', name);
}

function declared(kind: Kind, name: string): Field | undefined {
  const named = kind.required?.includes(name) || kind.optional?.includes(name);
  return named && kind.entity !== null ? own(entityKind(kind.entity).fields, name) : undefined;
}

/** Whether `value` has the field's type and limits. */
export function valid(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'text':
      return validText(field, value);
    case 'texts':
      return Array.isArray(value) && value.length >= 1 && ascending(value, (item) => validText(field, item), MAX_ITEMS);
    case 'id':
      return isUuid(value);
    case 'ids':
      return ascending(value, isUuid, MAX_ITEMS);
    case 'int':
    case 'instant':
      return (
        Number.isSafeInteger(value) && (value as number) >= (field.min ?? 0) && (value as number) <= (field.max ?? 0)
      );
    case 'choice':
      return typeof value === 'string' && field.choices?.includes(value) === true;
    case 'bool':
      return typeof value === 'boolean';
  }
}

function validText(field: Field, value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || !isWellFormed(value)) return false;
  if (value.length > (field.max ?? 0) && [...value].length > (field.max ?? 0)) return false;
  return !(field.lines ? CONTROL_BUT_NEWLINE : CONTROL).test(value) && value.normalize('NFC') === value;
}
