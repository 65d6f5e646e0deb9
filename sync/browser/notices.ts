/** Notices: what a person must hear about an op, as rows of their own scope (PROTOCOL 10.4, I10). Pure. */

import type { Json } from './api.ts';
import type { Body } from './apply.ts';
import { byCodePoint } from './canon.ts';
import type { Decision } from './decision.ts';
import { own, privateFields } from './entities.ts';
import { derived } from './ids.ts';
import { fieldsOf, type Op } from './ops.ts';

/** `[field, yours, theirs, their actor, their instant, their op]`. */
export type Side = [string, Json, Json, string, number, string];

/** The notices that follow from a decision; `before` is the entity as the op found it. */
export function notices(op: Op, decision: Decision, before: Body | null): Body[] {
  const { head } = op;
  if (decision.d === 'refused' || decision.d === 'returned') return [make(op, decision, head.actor, [])];
  if (decision.f === undefined || before === null) return [];
  const sides = new Map<string, Side[]>();
  for (const [name, [result, other]] of Object.entries(decision.f).sort(([a], [b]) => byCodePoint(a, b))) {
    const [actor, at] = written(before, name);
    if (actor === head.actor) continue;
    const present = own(before.f, name) ?? null;
    const given = own(fieldsOf(op), name) ?? null;
    const [person, side]: [string, Side] =
      result === 'won'
        ? [actor, [name, present, given, head.actor, decision.t[2], head.id]]
        : [head.actor, [name, given, present, actor, at, other]];
    sides.set(person, [...(sides.get(person) ?? []), side]);
  }
  const hidden = privateFields(before.kind);
  const people = [...sides].sort(([a], [b]) => byCodePoint(a, b));
  const made = people.map(([person, fields]) => make(op, decision, person, fields));
  const withheld = op.private === null && [...sides.values()].flat().some(([name]) => hidden.has(name));
  return before.erased || withheld ? made.map((notice) => blank(notice, before.kind)) : made;
}

function written(body: Body, name: string): readonly [string, number] {
  const entry = own(body.w, name);
  return entry === undefined ? [body.by, body.at] : [entry[0], entry[1]];
}

function make(op: Op, decision: Decision, person: string, fields: Side[]): Body {
  const { head } = op;
  const f: Record<string, Json> = {
    about: head.entity,
    d: decision.d,
    fields,
    kind: head.kind,
    op: head.id,
    person,
    state: 'open',
    ...(decision.code === undefined ? {} : { code: decision.code }),
    ...(decision.why === undefined ? {} : { why: decision.why }),
    ...(decision.because === undefined ? {} : { because: [...decision.because] }),
    ...(decision.clause === undefined ? {} : { clause: decision.clause }),
    ...(decision.told === undefined ? {} : { told: { ...decision.told } }),
  };
  return { at: decision.t[2], by: head.actor, f, id: derived('notice', head.id, person), kind: 'notice', ver: head.id };
}

/** The notice after its person settled it with `conflict.resolve` or `notice.close`. */
export function close(notice: Body, op: Op): Body {
  const choice = op.head.values['choice'] ?? null;
  const f = { ...notice.f, state: 'closed', ...(choice === null ? {} : { choice }) };
  return { ...notice, f, ver: op.head.id };
}

/** The notice without personal values, after its record (of `kind`) was erased by the op `ver`. */
export function blank(notice: Body, kind: string, ver?: string): Body {
  const hidden = privateFields(kind);
  const sides = (notice.f['fields'] ?? []) as Side[];
  const fields = sides.map((side): Side => {
    const [name, , , actor, at, op] = side;
    return hidden.has(name) ? [name, null, null, actor, at, op] : side;
  });
  return { ...notice, f: { ...notice.f, fields }, erased: true, ver: ver ?? notice.ver };
}
