/** The server's half of sealing (PROTOCOL 14.2), for the tests of a device: it opens what they sealed. */

import { b64, unb64, utf8 } from '../canon.ts';
import { type SentOp, sealedMessage } from '../protocol.ts';

const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const;
const POINT = 65;

export class Vault {
  #key!: CryptoKey;
  public = '';

  async open(): Promise<void> {
    const pair = await crypto.subtle.generateKey(ECDH, false, ['deriveBits']);
    this.#key = pair.privateKey;
    this.public = b64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  }

  /** The op with its private part in the clear; throws for what was not sealed to this server for this op. */
  async unsealed(op: SentOp): Promise<SentOp> {
    if (!('head' in op) || op.sealed === undefined) return op;
    const { sealed, ...rest } = op;
    const { id, com } = JSON.parse(op.head) as { id: string; com: string };
    const raw = new Uint8Array(unb64(sealed));
    const made = raw.slice(0, POINT);
    const once = await crypto.subtle.importKey('raw', made, ECDH, false, []);
    const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: once }, this.#key, 256);
    const root = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
    const info = new Uint8Array([...utf8('gh-sealed-1'), ...made, ...unb64(this.public), ...utf8(id)]);
    const derived = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
    const key = await crypto.subtle.deriveKey(derived, root, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
    const additionalData = new Uint8Array(utf8(sealedMessage(id, com)));
    const bound = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData };
    const text = await crypto.subtle.decrypt(bound, key, raw.slice(POINT));
    return { ...rest, ...(JSON.parse(new TextDecoder().decode(text)) as { private: string; salt: string }) };
  }
}
