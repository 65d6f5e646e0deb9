/**
 * Private parts of acknowledged acts, sealed to the server (PROTOCOL 14.1, 14.2): what lies on the device for a server
 * that may go back in time can be read by that server alone.
 */

import { b64, encode, unb64, utf8 } from './canon.ts';
import { type Core, recall } from './core.ts';
import { verify } from './keys.ts';
import { sealedMessage, sealKeyMessage } from './protocol.ts';
import { write } from './store.ts';
import { serverInfo } from './token.ts';

const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const;
const BITS = 256;
/** Each part has a key of its own, so this one may be the same for all. */
const NONCE = new Uint8Array(12);

/** What is sealed, and of which op. */
export interface Sealable {
  readonly id: string;
  readonly com: string;
  readonly private: string;
  readonly salt: string;
}

/** The key to seal to: kept once its server's pinned key has signed it. Null where the server has none. */
export async function sealKey(core: Core): Promise<string | null> {
  const identity = await recall(core, 'identity');
  const kept = await recall(core, 'seal');
  if (identity === undefined) return null;
  if (kept?.serverKey === identity.serverKey) return kept.key;
  const seal = core.memory.seal === undefined ? (await serverInfo(core)).seal : core.memory.seal;
  if (seal == null || !(await verify(identity.serverKey, sealKeyMessage(seal.key), seal.sig))) return null;
  const { serverKey } = identity;
  await write(await core.store.device(), ['meta'], 'strict', (tx) =>
    tx.objectStore('meta').put({ serverKey, key: seal.key }, 'seal'),
  );
  return seal.key;
}

/** Whether this server opens sealed parts and vouchers: one that was put back may be of an older version. */
export async function opens(core: Core): Promise<boolean> {
  if (core.memory.seal === undefined) await serverInfo(core);
  return core.memory.seal != null;
}

/** Sealed parts by op; `once` is a key pair for this one time, made here when it is not given. */
export async function seal(
  to: string,
  ops: readonly Sealable[],
  once?: CryptoKeyPair,
): Promise<ReadonlyMap<string, string>> {
  const mine = once ?? (await crypto.subtle.generateKey(ECDH, false, ['deriveBits']));
  const made = new Uint8Array(await crypto.subtle.exportKey('raw', mine.publicKey));
  const theirs = new Uint8Array(unb64(to));
  const server = await crypto.subtle.importKey('raw', theirs, ECDH, false, []);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: server }, mine.privateKey, BITS);
  const root = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const sealed = new Map<string, string>();
  for (const op of ops) {
    const info = joined(utf8('gh-sealed-1'), made, theirs, utf8(op.id));
    const derived = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
    const key = await crypto.subtle.deriveKey(derived, root, { name: 'AES-GCM', length: BITS }, false, ['encrypt']);
    const bound = { name: 'AES-GCM', iv: NONCE, additionalData: joined(utf8(sealedMessage(op.id, op.com))) };
    const text = joined(utf8(encode({ private: op.private, salt: op.salt })));
    sealed.set(op.id, b64(joined(made, new Uint8Array(await crypto.subtle.encrypt(bound, key, text)))));
  }
  return sealed;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
