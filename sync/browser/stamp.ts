/** The org's log and the server's signed stamps over it (PROTOCOL 9.2–9.4, P16, P28). */

import { encode, hex, sha256, unhex } from './canon.ts';
import type { Decision } from './decision.ts';

/** One entry of an org's log: a decision about an op, or the end of an epoch. */
export interface Leaf {
  readonly at: number;
  readonly decision: Decision | null;
  readonly ended: string | null;
  readonly head_hash: string | null;
  readonly n: number;
  readonly op: string | null;
  readonly type: 'op' | 'release' | 'return' | 'erase' | 'epoch';
}

/** The state of the org's log, signed by the server. */
export interface Stamp {
  readonly epoch: string;
  readonly hash: string;
  readonly n: number;
  readonly org: string;
  readonly sig: string;
}

/** `hash(0)` of an org's log. */
export function logRoot(org: string): string {
  return hex(sha256('gh-log-1', org));
}

/** The canonical text of a leaf. */
export function leafText(leaf: Leaf): string {
  return encode(leaf);
}

/** `hash(n)` from `hash(n − 1)` and the leaf's text. */
export function logHash(previous: string, leaf: string): string {
  return hex(sha256('gh-log-1', unhex(previous), leaf));
}

/** The text under a stamp's signature. */
export function stampMessage({ epoch, hash, n, org }: Omit<Stamp, 'sig'>): string {
  return `gh-stamp-1${encode({ epoch, hash, n, org })}`;
}

/** Whether it is the stamp to hold instead of `held`: later in the same epoch, or of another one. */
export function newer(stamp: Stamp, held: Stamp | undefined): boolean {
  return held === undefined || stamp.epoch !== held.epoch || stamp.n > held.n;
}
