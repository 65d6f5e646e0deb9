/** The device token (PROTOCOL 4.4): the device's key over a fresh anchor of the server. */

import type { Core } from './core.ts';
import { sign } from './keys.ts';
import { PROTOCOL_VERSION, type ServerInfo, tokenMessage } from './protocol.ts';
import type { Identity } from './schema.ts';
import { OldAppError } from './store.ts';
import { codeOf, NoAnswerError } from './transport.ts';

const MARGIN_MS = 30_000;

/** Thrown when the server answers that this device, or this session, may not ask any more. */
export class DeniedError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** A token that is good for half a minute at least. */
export async function deviceToken(core: Core, identity: Identity): Promise<string> {
  const held = core.memory.token;
  if (held?.device === identity.chain && held.expires > core.time.now() + MARGIN_MS) return held.token;
  const { anchor } = await serverInfo(core);
  const { device, chain, key } = identity;
  const sig = await sign(key, tokenMessage(device, chain, anchor));
  const reply = await core.transport.post('/api/devices/token', { device, chain, anchor, sig });
  const { token, expires } = reply.body;
  if (reply.status >= 400) throw new DeniedError(codeOf(reply));
  if (typeof token !== 'string' || typeof expires !== 'number') throw new NoAnswerError('not_json', reply.status);
  core.memory.token = { device: chain, token, expires };
  return token;
}

/** The server's public key, limits and a fresh anchor. */
export async function serverInfo(core: Core): Promise<ServerInfo> {
  const { body, status } = await core.transport.get('/api/sync/server');
  const info = body as unknown as ServerInfo;
  if (status !== 200 || typeof info.key !== 'string' || typeof info.anchor !== 'string') {
    throw new NoAnswerError('not_json', status);
  }
  const spoken = (info.oldest ?? info.protocol) <= PROTOCOL_VERSION && PROTOCOL_VERSION <= info.protocol;
  if (!spoken) throw new OldAppError('protocol');
  core.memory.seal = typeof info.seal?.key === 'string' && typeof info.seal.sig === 'string' ? info.seal : null;
  await core.time.note(core.store, info.anchor);
  return info;
}
