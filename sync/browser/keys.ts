/** The device's key, and the server's signatures (PROTOCOL §0: ECDSA P-256 with SHA-256, raw `r ‖ s`). */

import { b64, NotCanonicalError, unb64, utf8 } from './canon.ts';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** An uncompressed point; browsers differ in whether they take the others. */
const POINT_BYTES = 65;

/** A fresh key; its private half can be used and stored here, and never read. */
export async function makeKey(): Promise<{ key: CryptoKey; text: string }> {
  const pair = await crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  return { key: pair.privateKey, text: b64(new Uint8Array(raw)) };
}

export async function sign(key: CryptoKey, message: string): Promise<string> {
  return b64(new Uint8Array(await crypto.subtle.sign(SIGNING, key, bytes(message))));
}

/** Whether the server's key (65 bytes, base64url) signed the message. */
export async function verify(publicKey: string, message: string, sig: string): Promise<boolean> {
  try {
    const point = new Uint8Array(unb64(publicKey));
    if (point.length !== POINT_BYTES) return false;
    const key = await crypto.subtle.importKey('raw', point, ECDSA, false, ['verify']);
    return await crypto.subtle.verify(SIGNING, key, new Uint8Array(unb64(sig)), bytes(message));
  } catch (error) {
    if (error instanceof NotCanonicalError || error instanceof DOMException) return false;
    throw error;
  }
}

function bytes(message: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(utf8(message));
}
