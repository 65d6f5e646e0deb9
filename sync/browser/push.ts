/** Push: the verb (PROTOCOL §6), from the device's side. Comments carry its step numbers. */

import { about } from './about.ts';
import { type Batch, emptied, emptyBatch, nextBatch } from './batch.ts';
import { disown, rechain } from './chains.ts';
import type { Core } from './core.ts';
import { sign, verify } from './keys.ts';
import { tuckAway } from './private.ts';
import {
  type Certificate,
  MAX_OPS,
  type OpResult,
  type PushReply,
  pushMessage,
  resultsMessage,
  vouchersMessage,
} from './protocol.ts';
import { keepStamp } from './rows.ts';
import type { OutboxOp } from './schema.ts';
import { OldAppError, scoped, write } from './store.ts';
import { codeOf, NoAnswerError, type Reply } from './transport.ts';

/** Frames in a row that may go into repairing (halving takes nine) before it waits: no answer makes a device spin. */
const REPAIRS = 20;

/** Certificates in a frame. */
const MAX_CERTS = 100;

/** Sends all that has no decision. Throws NoAnswerError when it must be tried later; nothing is lost by that. */
export async function push(core: Core): Promise<void> {
  const run: Run = { most: MAX_OPS, certs: [], shown: new Set(), askedCerts: false, resent: false };
  for (let repairs = 0; repairs <= REPAIRS; ) {
    const batch = await nextBatch(core, run.most);
    if (batch === null || batch.identity.gone === 'unknown') return;
    repairs = (await exchange(core, batch, run)) ? 0 : repairs + 1;
  }
  throw new NoAnswerError('unreachable');
}

interface Run {
  most: number;
  certs: readonly Certificate[];
  /** Ids of sign-ins whose certificates were sent when they were asked for. */
  readonly shown: Set<string>;
  askedCerts: boolean;
  resent: boolean;
}

/** One frame and what follows from its answer; true when its ops got decisions. */
async function exchange(core: Core, batch: Batch, run: Run): Promise<boolean> {
  let reply: Reply;
  try {
    reply = await sending(core, batch, run.certs);
  } catch (error) {
    // A proxy in between may be stricter than the server; a smaller frame can pass it.
    if (!(error instanceof NoAnswerError) || error.status !== 413 || batch.ops.length < 2) throw error;
    run.most = halved(batch);
    return false;
  }
  run.certs = [];
  if (reply.status === 200) return answered(core, batch, reply, run);
  if ([400, 413, 415].includes(reply.status)) {
    if (batch.ops.length > 1) run.most = halved(batch);
    else await reduce(core, batch);
    return false;
  }
  const code = codeOf(reply);
  if (code === 'unknown_device') {
    if (run.askedCerts) await disown(core, batch.identity, 'unknown');
    run.askedCerts = true;
    run.certs = await certificates(core);
    return false;
  }
  if (code === 'app_too_old') throw new OldAppError(code);
  if (code === 'bad_signature' && !run.resent) {
    // Another tab may have started a new chain between the reading and the sending.
    run.resent = true;
    return false;
  }
  throw new NoAnswerError('unreachable', reply.status);
}

function halved(batch: Batch): number {
  return Math.ceil(batch.ops.length / 2);
}

async function sending(core: Core, batch: Batch, certs: readonly Certificate[]): Promise<Reply> {
  core.memory.sending = new Set(batch.ops.map((op) => op.id));
  core.store.bus.tellHere('ops');
  try {
    return await send(core, batch, certs);
  } finally {
    core.memory.sending = new Set();
    core.store.bus.tellHere('ops');
  }
}

// 6.1
async function send(core: Core, batch: Batch, certs: readonly Certificate[]): Promise<Reply> {
  const { identity, first, prev, last, sent, end, echo } = batch;
  const chain = { id: identity.chain, follows: identity.follows };
  const frame = { device: identity.device, chain, first, prev, ops: sent, end, echo };
  const sig = await sign(identity.key, pushMessage(frame, last));
  const beside = { about: await about(core), ...(certs.length > 0 ? { certs } : {}) };
  return core.transport.post('/api/sync/push', { ...frame, sig, ...beside });
}

// 6.2, what is answered with 200
async function answered(core: Core, batch: Batch, { body }: Reply, run: Run): Promise<boolean> {
  if (typeof body['need'] === 'number') {
    await reopen(core, batch, body['need']);
    return false;
  }
  if (body['rechain'] === true && typeof body['have'] === 'number' && typeof body['link'] === 'string') {
    await rechain(core, body['have'], body['link']);
    return false;
  }
  if (Array.isArray(body['need_certs'])) {
    await present(core, batch, run, new Set(body['need_certs']));
    return false;
  }
  await settle(core, batch, await trusted(core, batch, body));
  run.most = Math.min(MAX_OPS, run.most * 2);
  return true;
}

/** 6.2 `need_certs`: an act whose certificate is not here, or did not help, goes as its stub: nothing behind it waits. */
async function present(core: Core, batch: Batch, run: Run, wanted: ReadonlySet<unknown>): Promise<void> {
  const held = new Set((await (await core.store.device()).getAll('certs')).map((cert) => cert.id));
  const lacking = new Set([...wanted].filter((id) => !held.has(String(id)) || run.shown.has(String(id))));
  const asked = new Set([...wanted].filter((id) => !lacking.has(id)).slice(0, MAX_CERTS));
  for (const id of asked) run.shown.add(String(id));
  run.certs = await certificates(core, asked);
  const signedBy = (op: OutboxOp) => (JSON.parse(op.head) as { auth: string }).auth;
  const unproven = new Set(batch.ops.filter((op) => lacking.has(signedBy(op))).map((op) => op.id));
  if (unproven.size === 0) return;
  await write(await core.store.device(), ['ops'], 'strict', async (tx) => {
    for (const id of unproven) {
      const now = await tx.objectStore('ops').get(id);
      if (now?.open) await tx.objectStore('ops').put({ ...now, stub: true });
    }
  });
}

/** An op that alone still earns a 400 or 413 is sent as its stub, but only once the frame around it is known to be well. */
async function reduce(core: Core, batch: Batch): Promise<void> {
  const [op] = batch.ops;
  if (op === undefined || op.stub) throw new NoAnswerError('unreachable');
  const probe = await send(core, emptied(batch), []);
  if (probe.status !== 200) throw new NoAnswerError('unreachable', probe.status);
  await write(await core.store.device(), ['ops'], 'strict', async (tx) => {
    const now = await tx.objectStore('ops').get(op.id);
    if (now?.open) await tx.objectStore('ops').put({ ...now, stub: true });
  });
}

/** The certificates the device keeps, of these ids or all: its own first, then the newest sign-ins, at most 100. */
async function certificates(core: Core, ids?: ReadonlySet<unknown>): Promise<Certificate[]> {
  const all = await (await core.store.device()).getAll('certs');
  const wanted = all.filter((cert) => ids === undefined || ids.has(cert.id));
  const own = wanted.filter((cert) => cert.type !== 'sign_in');
  const others = wanted.filter((cert) => cert.type === 'sign_in').reverse();
  return [...own, ...others].slice(0, MAX_CERTS).map(({ body, sig }) => ({ body, sig }));
}

/** 6.2 `need`: sends from n on again; what it no longer holds cannot be sent, and a new chain begins there (3.3). */
async function reopen(core: Core, batch: Batch, n: number): Promise<void> {
  if (n < 1 || n >= batch.first) throw new NoAnswerError('unreachable');
  const { oldest } = await reoffer(core, batch.identity.gen, n);
  if (oldest !== undefined && oldest.n > n) await rechain(core, oldest.n - 1, oldest.prev);
}

/** Takes back that the ops from n on were decided, so that they are sent again; tells the first that is held. */
export async function reoffer(core: Core, gen: number, n: number): Promise<{ oldest?: OutboxOp; changed: boolean }> {
  const range = IDBKeyRange.bound([gen, n], [gen, []]);
  const device = await core.store.device();
  const held = await device.getAllFromIndex('ops', 'position', range);
  const [oldest] = held;
  if (oldest === undefined) return { changed: false };
  if (held.every((op) => op.open)) return { oldest, changed: false };
  await write(device, ['ops'], 'strict', async (tx) => {
    for (const { d: _d, code: _code, ...op } of await tx.objectStore('ops').index('position').getAll(range)) {
      await tx.objectStore('ops').put({ ...op, open: 1 });
    }
  });
  delete core.memory.seal; // it may be another version that was put back: ask what it understands
  core.store.bus.tell(['ops', 'recorded']);
  return { oldest, changed: true };
}

/** Shows a server that does not know this device its certificates, in a frame without ops (4.3). */
export async function introduce(core: Core): Promise<void> {
  const batch = await emptyBatch(core);
  if (batch === null) return;
  const reply = await send(core, batch, await certificates(core));
  if (reply.status !== 200) {
    if (codeOf(reply) === 'unknown_device') await disown(core, batch.identity, 'unknown');
    throw new NoAnswerError('unreachable', reply.status);
  }
  if (typeof reply.body['need'] === 'number') await reopen(core, batch, reply.body['need']);
}

// 6.6: a box in between cannot make the device believe that its acts arrived.
async function trusted(core: Core, batch: Batch, body: Reply['body']): Promise<PushReply> {
  const reply = body as unknown as PushReply;
  const shaped =
    Array.isArray(reply.results) && reply.results.length === batch.ops.length && typeof reply.sig === 'string';
  if (!shaped) throw new NoAnswerError('not_json');
  const message = resultsMessage(batch.identity.chain, reply.results, reply.stamp);
  if (!(await verify(batch.identity.serverKey, message, reply.sig))) throw new NoAnswerError('not_json');
  if (typeof reply.anchor === 'string') await core.time.note(core.store, reply.anchor);
  return reply;
}

/** 14.3: what the device keeps of each decision, by number; nothing that the server did not sign. */
async function vouchers(batch: Batch, { results, stamp, vouchers = [], vouched }: PushReply): Promise<Kept> {
  if (vouchers.length !== results.length || typeof vouched !== 'string') return new Map();
  const { chain, serverKey } = batch.identity;
  if (!(await verify(serverKey, vouchersMessage(chain, vouchers, stamp), vouched))) return new Map();
  return new Map(results.map(([n], i) => [n, vouchers[i] ?? '']));
}

type Kept = ReadonlyMap<number, string>;

// 6.4, 6.6: decisions by position; a repeat answers with the current one.
async function settle(core: Core, batch: Batch, reply: PushReply): Promise<void> {
  const kept = await vouchers(batch, reply);
  const byNumber = new Map(reply.results.map((result: OpResult) => [result[0], result]));
  await write(await core.store.device(), ['ops', 'stamp'], 'strict', async (tx) => {
    const ops = tx.objectStore('ops');
    for (const { id } of batch.ops) {
      const now = await ops.get(id);
      const result = now?.gen === batch.identity.gen ? byNumber.get(now.n) : undefined;
      if (now === undefined || result === undefined) continue;
      const { open: _open, code: _code, ...op } = now;
      const [, , d, code] = result;
      const voucher = kept.get(now.n) || op.voucher;
      await ops.put({
        ...op,
        d,
        ...(code === null ? {} : { code }),
        ...(voucher === undefined ? {} : { voucher }),
      });
    }
    await keepStamp(scoped(tx), reply.stamp);
  });
  await tuckAway(
    core,
    batch.ops.map((op) => op.id),
  );
  core.store.bus.tell(['ops']);
}
