/** Canonical JSON, hashes and byte texts (PROTOCOL §0). */

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as oneSha256 } from '@noble/hashes/sha2.js';
import type { Json } from './api.ts';

/** Thrown for a text that is not the canonical JSON of anything, and for a value that has no canonical text. */
export class NotCanonicalError extends Error {}

const MAX_DEPTH = 16;
const utf8Encoder = new TextEncoder();

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** Whether the text is free of lone surrogates, which have no UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Orders texts by code point, as Python does; JavaScript's own order is by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Lifts surrogates above the rest of the basic plane: their code points lie beyond it. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** `canon(value)`. Throws NotCanonicalError for floats, integers of 2^53 and more, and lone surrogates. */
export function encode(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (!isWellFormed(value)) throw new NotCanonicalError('lone surrogate');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new NotCanonicalError('not an integer below 2^53');
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(encode).join(',')}]`;
  if (typeof value !== 'object') throw new NotCanonicalError('not JSON');
  const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
  return `{${entries.map(([key, item]) => `${encode(key)}:${encode(item)}`).join(',')}}`;
}

/** The value of a canonical text; throws NotCanonicalError for any other text. */
export function decode(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new NotCanonicalError('not JSON');
  }
  if (!plain(value, 0) || encode(value) !== text) throw new NotCanonicalError('not canonical');
  return value;
}

/** No nesting deeper than 16, keys of ASCII, strings in NFC. Judged before `encode`: no depth exhausts the stack. */
function plain(value: Json, depth: number): boolean {
  if (typeof value === 'string') return value.normalize('NFC') === value;
  if (value === null || typeof value !== 'object') return true;
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => plain(item, depth + 1));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range begins with them
  return Object.entries(value).every(([key, item]) => /^[\x00-\x7f]*$/.test(key) && plain(item, depth + 1));
}

/** Lower-case hex. */
export function hex(raw: Uint8Array): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of a hex text that was checked or made here. */
export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** SHA-256 over the joined parts; a text counts as its UTF-8 bytes. */
export function sha256(...parts: (Uint8Array | string)[]): Uint8Array {
  const hash = oneSha256.create();
  for (const part of parts) hash.update(typeof part === 'string' ? utf8(part) : part);
  return hash.digest();
}

/** HMAC-SHA256 of a text, 32 bytes. */
export function hmacSha256(key: Uint8Array, message: string): Uint8Array {
  return hmac(oneSha256, key, utf8(message));
}

/** Unpadded base64url. */
export function b64(raw: Uint8Array): string {
  let binary = '';
  for (const byte of raw) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes of an unpadded base64url text; throws for padding, foreign characters and stray bits. */
export function unb64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new NotCanonicalError('not base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const raw = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (b64(raw) !== text) throw new NotCanonicalError('not base64url');
  return raw;
}

/** `com` of a private part (2.2); `salt` is 32 bytes. */
export function commit(salt: Uint8Array, text: string): string {
  return hex(sha256('gh-private-1', salt, text));
}
