/** Records acts (PROTOCOL §5, P3): what this answers is on disk. */

import type { Act, Answer } from './api.ts';
import { b64, byCodePoint, commit, encode, NotCanonicalError } from './canon.ts';
import { advance, headHash } from './chain.ts';
import type { Core } from './core.ts';
import { opKind } from './entities.ts';
import { uuid7 } from './ids.ts';
import {
  check,
  checkFields,
  type Head,
  MalformedError,
  NO_AUTH,
  parseHead,
  parseValues,
  type Value,
  type Values,
} from './ops.ts';
import type { Identity, OutboxOp, Session } from './schema.ts';
import { readKiosk } from './status.ts';
import { meta, OldAppError, write } from './store.ts';

type Recorded = { readonly id: string; readonly entity: string };

type Signature = Pick<Session, 'person' | 'org' | 'auth'>;

/** The parts of an act that need no number: made before the transaction opens. */
interface Prepared {
  readonly act: Act;
  readonly values: Values;
  readonly private_: Values | null;
  readonly text: string | null;
  readonly salt: Uint8Array;
  /** The entity's confirmed version; null when the act creates. */
  readonly base: string | null;
}

/** Whose act it is. One who has not signed in acts on a kiosk alone, by kinds that declare it (P10). */
export interface Author {
  readonly person: string;
  readonly unsigned?: true;
}

/**
 * Records an act of its author, who must still be the one signed in: another tab may have switched.
 * With `leave` the session ends in the same transaction.
 */
export async function record(core: Core, act: Act, author: Author, leave = false): Promise<Answer<Recorded>> {
  try {
    if (author.unsigned && !(await mayUnsigned(core, act, author.person)))
      return { problem: { code: 'sign_in_needed' } };
    const prepared = await prepare(core, act, author.person);
    const op = await write(await core.store.device(), ['meta', 'ops'], 'strict', async (tx) => {
      const kept = tx.objectStore('meta');
      const identity = await meta(kept, 'identity');
      const session = await meta(kept, 'session');
      const end = await meta(kept, 'end');
      const anchor = await meta(kept, 'anchor');
      const signed = author.unsigned && identity ? unsigned(author.person, identity) : session;
      if (identity === undefined || end === undefined || signed?.person !== author.person) return null;
      // The clocks are read inside: whoever reads a later chain end with a later anchor cannot miss this act (P27).
      const head = makeHead(core, prepared, signed, core.time.evidence(anchor ?? null));
      const made = number(core, identity, end, head, prepared);
      await tx.objectStore('ops').add(made);
      await kept.put({ n: made.n, link: made.link }, 'end');
      if (leave) await kept.delete('session');
      return made;
    });
    if (op === null) return { problem: { code: 'signed_out' } };
    core.store.bus.tell(leave ? ['ops', 'recorded', 'who'] : ['ops', 'recorded']);
    return { ok: { id: op.id, entity: op.entity } };
  } catch (error) {
    return { problem: refusal(error) };
  }
}

/** The server's own limits (2.5): a kind that declares it, the kiosk's own post, a person who may be picked there. */
async function mayUnsigned(core: Core, act: Act, person: string): Promise<boolean> {
  const post = (await readKiosk(core))?.post;
  if (opKind(act.kind)?.unsigned !== true || act.entity !== undefined || post !== act.values?.['post']) return false;
  const range = IDBKeyRange.bound(['badge'], ['badge', []]);
  const badges = await (await core.store.device()).getAllFromIndex('rows', 'order', range);
  return badges.some(({ body: { f } }) => f['person'] === person && f['post'] === post);
}

function unsigned(person: string, { org }: Identity): Signature {
  return { person, org, auth: NO_AUTH };
}

async function prepare(core: Core, act: Act, person: string): Promise<Prepared> {
  const private_ = normal(act.private ?? {});
  const values = normal(act.values ?? {});
  const kind = opKind(act.kind);
  if (kind === undefined) throw new MalformedError('kind');
  // Before anything is encoded, so that a form learns which field it is.
  checkFields(kind, values, false);
  checkFields(kind, private_, true);
  const text = Object.keys(private_).length > 0 ? encode(private_) : null;
  return {
    act,
    values,
    private_: text === null ? null : private_,
    text,
    salt: core.ports.random(32),
    base: act.entity === undefined ? null : await confirmed(core, person, act.entity),
  };
}

/** Texts in NFC: a keyboard may give any form, and the form is no fault of the person. */
function normal(values: Readonly<Record<string, unknown>>): Values {
  const form = (value: unknown): unknown => {
    if (typeof value === 'string') return value.normalize('NFC');
    return Array.isArray(value) ? value.map(form) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, form(value) as Value]));
}

/** The confirmed version of an entity; the creating op while nothing newer is confirmed (2.1). */
async function confirmed(core: Core, person: string, entity: string): Promise<string> {
  const row = await (await core.store.person(person)).get('rows', entity);
  return row?.body.ver ?? entity;
}

function makeHead(core: Core, prepared: Prepared, session: Signature, t: Head['t']): Head {
  const { act, values, private_, text, salt } = prepared;
  const kind = opKind(act.kind);
  if (kind === undefined) throw new MalformedError('kind');
  const id = uuid7(core.ports.wall(), core.ports.random(10));
  const entity = act.entity ?? id;
  const others = new Set(act.dependsOn?.filter((other) => other !== entity));
  return {
    actor: session.person,
    auth: session.auth,
    base: prepared.base,
    com: text === null ? null : commit(salt, text),
    depends_on: [...others].sort(byCodePoint),
    entity,
    id,
    kind: act.kind,
    kv: kind.version ?? 1,
    org: session.org,
    t,
    touched: [...Object.keys(values), ...Object.keys(private_ ?? {})].sort(byCodePoint),
    values,
  };
}

/** Checks the op as the server will (2.4) and gives it its place behind `end`. */
function number(core: Core, identity: Identity, end: { n: number; link: string }, head: Head, of: Prepared): OutboxOp {
  const text = encode(head);
  const parsed = parseHead(text);
  const kind = opKind(head.kind);
  if (kind === undefined) throw new MalformedError('kind');
  check(parsed, of.text === null ? null : parseValues(of.text), kind);
  const hash = headHash(text);
  return {
    id: head.id,
    gen: identity.gen,
    n: end.n + 1,
    prev: end.link,
    link: advance(end.link, hash),
    hash,
    head: text,
    ...(of.text === null ? {} : { private: of.text, salt: b64(of.salt) }),
    actor: head.actor,
    entity: head.entity,
    kind: head.kind,
    at: core.time.now(),
    open: 1,
  };
}

function refusal(error: unknown): { code: string; detail?: string; field?: string } {
  if (error instanceof MalformedError) {
    return { code: 'malformed', detail: error.message, ...(error.field === undefined ? {} : { field: error.field }) };
  }
  if (error instanceof NotCanonicalError) return { code: 'malformed', detail: error.message };
  if (error instanceof OldAppError) return { code: 'old_app' };
  if (outOfRoom(error)) return { code: 'storage_full' };
  throw error;
}

/** Whether the browser had no room for what was to be written. */
export function outOfRoom(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}
