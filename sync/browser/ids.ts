/** Identifiers: UUIDv7 for what is made, name-derived UUIDs for what follows from something else. */

import { hex, sha256 } from './canon.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether it is a lower-case hyphenated UUID. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/** A version 7 UUID of the instant `ms` (UTC milliseconds) and 10 random bytes. */
export function uuid7(ms: number, random: Uint8Array): string {
  const raw = new Uint8Array(16);
  const view = new DataView(raw.buffer);
  const instant = BigInt.asUintN(48, BigInt(ms));
  view.setUint32(0, Number(instant >> 16n));
  view.setUint16(4, Number(instant & 0xffffn));
  raw.set(random.subarray(0, 10), 6);
  return shaped(raw, 7);
}

/** The version 8 UUID that follows from names, the same on every machine. */
export function derived(...names: string[]): string {
  return shaped(sha256('gh-id-1', names.join('\n')).slice(0, 16), 8);
}

function shaped(raw: Uint8Array, version: number): string {
  raw[6] = ((raw[6] ?? 0) & 0x0f) | (version << 4);
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
  return hex(raw).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
