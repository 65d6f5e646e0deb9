/** `apply`: what an op does to its entity (PROTOCOL 10.1, 10.2). Pure, idempotent, twin of `apply.py`. */

import type { Json } from './api.ts';
import { byCodePoint } from './canon.ts';
import { type Decision, effective } from './decision.ts';
import { entityKind, type Field, type Kind, opKind, own, privateFields } from './entities.ts';
import { fieldsOf, type Head, type Op, type Value } from './ops.ts';

/** An entity (10.1). */
export interface Body {
  readonly at: number;
  readonly by: string;
  readonly f: Readonly<Record<string, Json>>;
  readonly id: string;
  readonly kind: string;
  readonly ver: string;
  readonly w?: Readonly<Record<string, readonly [string, number, string]>>;
  readonly x?: readonly string[];
  readonly erased?: boolean;
  /** It is a shade (10.5), with keyed hashes. */
  readonly sh?: boolean;
  readonly h?: Readonly<Record<string, string>>;
}

type Draft = { -readonly [K in keyof Body]: Body[K] } & { f: Record<string, Json> };
type Entry = [op: string, actor: string, at: number, value: Json];

/** The entity after `op`; `body` itself is never changed. An op whose entity is missing changes nothing. */
export function apply(body: Body | null, op: Op, decision: Decision): Body | null {
  const { head } = op;
  const kind = opKind(head.kind);
  if (kind === undefined || kind.entity === null || !effective(decision)) return body;
  if (body === null && !kind.creates) return null;
  const at = decision.t[2];
  const before = body ?? { at, by: head.actor, f: {}, id: head.entity, kind: kind.entity, ver: head.id };
  const after: Draft = { ...before, f: { ...before.f }, ver: head.id };
  const flags = decision.flags ?? [];
  if (flags.length > 0) after.x = sortedSet([...(after.x ?? []), ...flags]);
  if (head.kind === 'visit.erase') return erase(after);
  if (head.kind !== 'conflict.resolve' || head.values['choice'] === 'mine') write(after, op, decision, kind);
  if (decision.set !== undefined) put(after, decision.set, head, at);
  return after;
}

/** A further entity that the op changes with its own (`also`): a swap changes whose the two shifts are. */
export function applyAlso(body: Body, op: Op, decision: Decision): Body {
  const after: Draft = { ...body, f: { ...body.f }, ver: op.head.id };
  put(after, decision.also?.[body.id] ?? {}, op.head, decision.t[2]);
  return after;
}

/** Write fields the server decided; null clears. */
function put(after: Draft, values: Readonly<Record<string, Json>>, head: Head, at: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete after.f[name];
    else after.f[name] = value;
  }
  if (head.id === after.id) return;
  const written = Object.keys(values).map((name) => [name, [head.actor, at, head.id] as const]);
  after.w = { ...after.w, ...Object.fromEntries(written) };
}

function write(after: Draft, op: Op, decision: Decision, kind: Kind): void {
  const { head } = op;
  const at = decision.t[2];
  const { fields } = entityKind(after.kind);
  const given = fieldsOf(op);
  const won = head.touched.filter((name) => {
    const field = own(fields, name);
    if (field === undefined || own(kind.params, name) !== undefined || !hasWon(decision, name)) return false;
    // A value that is there stays, also an equal one: a second leave does not move the first's time.
    return field.policy !== 'first' || own(after.f, name) === undefined;
  });
  const stamps = kind.stamps ?? {};
  const stamped = Object.keys(stamps).filter((name) => stamps[name] === '' || won.includes(stamps[name] ?? ''));
  const written = [...won, ...stamped];
  for (const name of written) {
    const field = own(fields, name);
    if (own(stamps, name) !== undefined) after.f[name] = at;
    else if (field?.private && (op.private === null || after.erased)) after.erased = true;
    else if (field !== undefined) setValue(after.f, name, field, given[name] ?? null, head, at);
  }
  if (head.id === after.id || written.length === 0) return;
  after.w = { ...after.w, ...Object.fromEntries(written.map((name) => [name, [head.actor, at, head.id] as const])) };
}

function hasWon(decision: Decision, name: string): boolean {
  const result = own(decision.f, name);
  return result === undefined || result[0] === 'won';
}

/** Write one value by its policy: add to a list or set, else replace; null clears. */
function setValue(
  fields: Record<string, Json>,
  name: string,
  field: Field,
  value: Value,
  head: Head,
  at: number,
): void {
  if (value === null) {
    delete fields[name];
  } else if (field.policy === 'append') {
    const held = (fields[name] ?? []) as Entry[];
    const entries: Entry[] = [...held.filter(([op]) => op !== head.id), [head.id, head.actor, at, value]];
    fields[name] = entries.sort((a, b) => a[2] - b[2] || byCodePoint(a[0], b[0]));
  } else if (field.policy === 'union' && Array.isArray(value)) {
    fields[name] = sortedSet([...((fields[name] ?? []) as string[]), ...value]);
  } else {
    fields[name] = value;
  }
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort(byCodePoint);
}

/** The entity without its private values, saying so (10.6). */
export function erase(body: Body): Body {
  const hidden = privateFields(body.kind);
  const kept = Object.entries(body.f).filter(([name]) => !hidden.has(name));
  return { ...body, f: Object.fromEntries(kept), erased: true };
}
