/** The next ops to send, as one moment of the outbox has them (PROTOCOL 6.1, P27). */

import { utf8 } from './canon.ts';
import type { Core } from './core.ts';
import type { LocalEnd, SentOp } from './protocol.ts';
import type { Identity, OutboxOp } from './schema.ts';
import { opens } from './seal.ts';
import type { Stamp } from './stamp.ts';
import { meta } from './store.ts';

/** Below the server's 1 MiB, so that the envelope and a proxy's own limit leave room. */
const MAX_BODIES = 768 * 1024;

export interface Batch {
  readonly identity: Identity;
  readonly first: number;
  readonly prev: string;
  readonly last: string;
  readonly ops: readonly OutboxOp[];
  readonly sent: readonly SentOp[];
  readonly end: LocalEnd;
  readonly echo: Stamp | null;
}

/** At most `most` ops from the first one without a decision; null when there is none, or no device yet. */
export async function nextBatch(core: Core, most: number): Promise<Batch | null> {
  const tx = (await core.store.device()).transaction(['meta', 'ops', 'stamp']);
  const kept = tx.objectStore('meta');
  const identity = await meta(kept, 'identity');
  const end = await meta(kept, 'end');
  if (identity === undefined || end === undefined) return null;
  const anchor = await meta(kept, 'anchor');
  const echo = (await tx.objectStore('stamp').get('stamp')) ?? null;
  const open = await tx.objectStore('ops').index('open').getAll();
  if (open.length === 0) return null;
  const first = open.reduce((least, op) => Math.min(least, op.n), Number.POSITIVE_INFINITY);
  const range = IDBKeyRange.bound([identity.gen, first], [identity.gen, first + most - 1]);
  const found = await tx.objectStore('ops').index('position').getAll(range);
  const { ops, sent } = await fitting(core, found);
  const [head] = ops;
  if (head === undefined) return null;
  return {
    identity,
    first: head.n,
    prev: head.prev,
    last: ops.at(-1)?.link ?? head.prev,
    ops,
    sent,
    end: { n: end.n, anchor: anchor?.token ?? null },
    echo,
  };
}

/** A frame without ops at the end of the chain; null with no device yet. */
export async function emptyBatch(core: Core): Promise<Batch | null> {
  const tx = (await core.store.device()).transaction(['meta', 'stamp']);
  const kept = tx.objectStore('meta');
  const identity = await meta(kept, 'identity');
  const end = await meta(kept, 'end');
  const anchor = await meta(kept, 'anchor');
  if (identity === undefined || end === undefined) return null;
  const local = { n: end.n, anchor: anchor?.token ?? null };
  const place = { first: end.n + 1, prev: end.link, last: end.link };
  return {
    identity,
    ...place,
    ops: [],
    sent: [],
    end: local,
    echo: (await tx.objectStore('stamp').get('stamp')) ?? null,
  };
}

/** The same moment without ops: asks whether the frame itself is well. */
export function emptied(batch: Batch): Batch {
  return { ...batch, ops: [], sent: [], last: batch.prev };
}

async function fitting(core: Core, found: readonly OutboxOp[]): Promise<{ ops: OutboxOp[]; sent: SentOp[] }> {
  // Given back (14.4), but only to a server that says it understands.
  const kept = found.some((op) => op.sealed !== undefined || op.voucher !== undefined) && (await opens(core));
  const ops: OutboxOp[] = [];
  const sent: SentOp[] = [];
  let bytes = 0;
  for (const op of found) {
    const one = await sendable(core, op, kept);
    bytes += utf8(JSON.stringify(one)).length;
    if (ops.length > 0 && bytes > MAX_BODIES) break;
    ops.push(op);
    sent.push(one);
  }
  return { ops, sent };
}

/** An op as it travels. Of one that was acknowledged before the private part is sealed, or with its author. */
async function sendable(core: Core, op: OutboxOp, given: boolean): Promise<SentOp> {
  if (op.stub) return { head_hash: op.hash };
  const { sealed, voucher } = op;
  const vouched = given && voucher !== undefined ? { voucher } : {};
  if (op.private !== undefined && op.salt !== undefined) {
    return { head: op.head, private: op.private, salt: op.salt, ...vouched };
  }
  if (given && sealed !== undefined) return { head: op.head, sealed, ...vouched };
  const { com } = JSON.parse(op.head) as { com: string | null };
  const known = com !== null && (await (await core.store.device()).get('people', op.actor)) !== undefined;
  const kept = known ? await (await core.store.person(op.actor)).get('kept', op.id) : undefined;
  const part = kept === undefined ? {} : { private: kept.private, salt: kept.salt };
  return { head: op.head, ...part, ...vouched };
}
