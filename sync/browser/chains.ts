/** Starts a device's next chain (PROTOCOL 3.3, 3.4): its acts are numbered again, heads unchanged. */

import { advance, root } from './chain.ts';
import { type Core, recall } from './core.ts';
import { uuid7 } from './ids.ts';
import { makeKey, sign } from './keys.ts';
import { type Certificate, rechainMessage } from './protocol.ts';
import type { Identity, KeptCertificate } from './schema.ts';
import { type DeviceTx, meta, write } from './store.ts';
import { codeOf, NoAnswerError } from './transport.ts';

/** Starts a new chain behind `(have, link)` of the present one, with a key of its own. */
export async function rechain(core: Core, have: number, link: string): Promise<void> {
  const old = await recall(core, 'identity');
  if (old === undefined) return;
  const follows = { chain: old.chain, link, n: have };
  const chain = uuid7(core.ports.wall(), core.ports.random(10));
  const { key, text } = await makeKey();
  const sig = await sign(old.key, rechainMessage(old.device, chain, follows, text));
  const request = { device: old.device, chain, key: text, follows, sig };
  const reply = await core.transport.post('/api/devices/chains', request);
  const certificate = kept(reply.body['certificate']);
  if (reply.status >= 300 || certificate === null) {
    if (codeOf(reply) === 'unknown_device') await disown(core, old, 'unknown');
    throw new NoAnswerError('unreachable', reply.status);
  }
  await write(await core.store.device(), ['meta', 'ops', 'certs'], 'strict', async (tx) => {
    const now = await meta(tx.objectStore('meta'), 'identity');
    // Another tab was quicker: its chain stands, this one stays empty on the server.
    if (now?.chain !== old.chain) return;
    await tx.objectStore('certs').put(certificate);
    await adopt(tx, { ...old, chain, follows, key, gen: old.gen + 1 });
  });
  core.memory.token = null;
  delete core.memory.seal;
  core.store.bus.tell(['ops', 'who']);
}

/**
 * Makes `identity` the device's own and moves into its chain, in their old order, all acts that are kept: where chains
 * break the server may have gone back in time, and of what it decided none is sure to be there. Of another org's only
 * those with no decision: to this one they mean nothing.
 */
export async function adopt(tx: DeviceTx, identity: Identity): Promise<void> {
  const ops = tx.objectStore('ops');
  let link = root(identity.device, identity.chain, identity.follows);
  let n = 0;
  for (const op of await ops.index('position').getAll()) {
    if (op.open === undefined && orgOf(op.head) !== identity.org) continue;
    n += 1;
    const { d: _d, code: _code, ...undecided } = op;
    const moved = { ...undecided, gen: identity.gen, n, prev: link, link: advance(link, op.hash), open: 1 as const };
    link = moved.link;
    await ops.put(moved);
  }
  await tx.objectStore('meta').put({ n, link }, 'end');
  await tx.objectStore('meta').put(identity, 'identity');
}

function orgOf(head: string): unknown {
  return (JSON.parse(head) as { readonly org?: unknown }).org;
}

/** Notes that the server does not take this device's word any more; the next sign-in enrols anew. */
export async function disown(core: Core, identity: Identity, why: 'unknown' | 'revoked'): Promise<void> {
  await write(await core.store.device(), ['meta'], 'strict', async (tx) => {
    const now = await meta(tx.objectStore('meta'), 'identity');
    if (now?.chain === identity.chain) await tx.objectStore('meta').put({ ...now, gone: why }, 'identity');
  });
  core.store.bus.tell(['who']);
}

/** A certificate as it is kept; null for what is none. */
export function kept(value: unknown): KeptCertificate | null {
  const { body, sig } = (value ?? {}) as Partial<Certificate>;
  if (typeof body !== 'string' || typeof sig !== 'string') return null;
  try {
    const { id, type } = JSON.parse(body) as { id?: unknown; type?: unknown };
    return typeof id === 'string' && typeof type === 'string' ? { body, sig, id, type } : null;
  } catch {
    return null;
  }
}
