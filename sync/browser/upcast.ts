/** Ops of older versions of their kind, read as ones of a later version (PROTOCOL 2.7). Twin of `upcast.py`. */

import { byCodePoint } from './canon.ts';
import { type Kind, own, type Upcast } from './entities.ts';
import { MalformedError, type Op, type Value, type Values } from './ops.ts';

/** The op as one of `version` of its kind, or of the newest; throws MalformedError when two of its fields would be one. */
export function upcast(op: Op, kind: Kind, version = kind.version ?? 1): Op {
  return (kind.upcasts ?? []).slice(op.head.kv - 1, version - 1).reduce(next, op);
}

function next({ head, private: hidden }: Op, { rename, drop, choices, put = {} }: Upcast): Op {
  const kept = head.touched.filter((name) => !drop?.includes(name));
  const named = (name: string) => own(rename, name) ?? name;
  const after = new Set(kept.map(named));
  if (after.size < kept.length) throw new MalformedError('two fields that are one');
  const chosen = (name: string, value: Value) =>
    (typeof value === 'string' ? own(own(choices, name), value) : undefined) ?? value;
  const read = (values: Values) =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([name]) => kept.includes(name))
        .map(([name, value]) => [named(name), chosen(named(name), value)]),
    );
  const filled = Object.entries(put).filter(([name]) => !after.has(name));
  const touched = [...new Set([...after, ...Object.keys(put)])].sort(byCodePoint);
  const values = { ...Object.fromEntries(filled), ...read(head.values) };
  return { head: { ...head, kv: head.kv + 1, touched, values }, private: hidden && read(hidden) };
}
