/** Chains: the order of a device's ops (PROTOCOL §3). Links and hashes are hex texts. */

import { encode, hex, sha256, unhex } from './canon.ts';

/** Where a chain ends: `link` of op number `n`. */
export interface End {
  readonly chain: string;
  readonly link: string;
  readonly n: number;
}

/** `link(0)` (3.1). */
export function root(device: string, chain: string, follows: End | null): string {
  return hex(sha256('gh-chain-1', encode({ chain, device, follows })));
}

/** `H(head)`. */
export function headHash(head: string): string {
  return hex(sha256(head));
}

/** `link(n)` from `link(n − 1)` and the hash of head n (3.2). */
export function advance(link: string, hash: string): string {
  return hex(sha256(unhex(link), unhex(hash)));
}

/** The links after each of `hashes`, beginning behind `start`. */
export function links(start: string, hashes: readonly string[]): string[] {
  let link = start;
  return hashes.map((hash) => {
    link = advance(link, hash);
    return link;
  });
}
