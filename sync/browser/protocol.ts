/** The frames on the wire (PROTOCOL §3–§8) and the texts under their signatures. */

import type { Body } from './apply.ts';
import { encode } from './canon.ts';
import type { End } from './chain.ts';
import type { Outcome } from './decision.ts';
import type { Days } from './digest.ts';
import type { Stamp } from './stamp.ts';

export const PROTOCOL_VERSION = 1;
export const MAX_OPS = 500;
export const MAX_BYTES = 1024 * 1024;

/** A statement the server signed (4.3); `body` is canonical JSON. */
export interface Certificate {
  readonly body: string;
  readonly sig: string;
}

/** What a certificate says: an enrolment binds a key and chain to a device, a sign-in a person to a device. */
export interface CertificateBody {
  readonly at: number;
  readonly device: string;
  readonly id: string;
  readonly org: string;
  readonly type: string;
  readonly chain?: string;
  readonly key?: string;
  readonly person?: string;
}

/** An op on its way: head and private part, or the stub of one that cannot be sent (P5). */
export type SentOp =
  | {
      readonly head: string;
      readonly private?: string;
      readonly salt?: string;
      /** In place of both: sealed to the server (14.2). */
      readonly sealed?: string;
      /** What the server once decided about it, in its own words (14.3). */
      readonly voucher?: string;
    }
  | { readonly head_hash: string };

/** The local chain end and the newest anchor held when it was read (P27). */
export interface LocalEnd {
  readonly n: number;
  readonly anchor: string | null;
}

/** The push frame (6.1). */
export interface Push {
  readonly device: string;
  readonly chain: { readonly id: string; readonly follows: End | null };
  readonly first: number;
  readonly prev: string;
  readonly ops: readonly SentOp[];
  readonly end: LocalEnd;
  readonly echo: Stamp | null;
  readonly sig: string;
  readonly certs?: readonly Certificate[];
  /** Not under the signature. */
  readonly about?: About;
}

/** What a device says of itself (8.10); nothing is decided by it. */
export interface About {
  readonly app: string;
  readonly protocol: number;
  /** Its wall clock when it sent this. */
  readonly wall: number;
  /** Whether the browser promised to keep its storage. */
  readonly kept: boolean;
}

/** The text under a push frame's signature; `last` is the link of its last op (`prev` with no op). */
export function pushMessage(push: Omit<Push, 'sig'>, last: string): string {
  const { chain, device, echo, end, first, ops, prev } = push;
  return `gh-push-1${encode({ chain, count: ops.length, device, echo, end, first, last, prev })}`;
}

/** `[n, op id, decision, code]`. */
export type OpResult = readonly [number, string | null, Outcome, string | null];

/** The answer to a frame that was accepted (6.6); `results` are in the order of the ops. */
export interface PushReply {
  readonly ack: number;
  readonly results: readonly OpResult[];
  readonly stamp: Stamp;
  readonly anchor: string;
  readonly sig: string;
  /** One for each result, empty where there is none (14.3); absent from an older server. */
  readonly vouchers?: readonly string[];
  readonly vouched?: string;
}

/** The text under the signature of a push reply's vouchers. */
export function vouchersMessage(chain: string, vouchers: readonly string[], stamp: Stamp): string {
  return `gh-vouchers-1${encode({ chain, stamp, vouchers })}`;
}

/** The text under a push reply's signature. */
export function resultsMessage(chain: string, results: readonly OpResult[], stamp: Stamp): string {
  return `gh-results-1${encode({ chain, results, stamp })}`;
}

/** The pull frame (8.1). */
export interface PullRequest {
  readonly device: string;
  readonly chain: string;
  readonly cursors: Readonly<Record<string, readonly [epoch: string, seq: number]>>;
  readonly end: LocalEnd;
  readonly echo: Stamp | null;
  readonly digests?: Readonly<Record<string, Days>>;
  readonly about: About;
}

/** A piece of a scope (8.3). */
export interface Page {
  readonly scope: string;
  readonly epoch: string;
  readonly after: number;
  readonly upto: number;
  readonly rows: readonly (readonly [n: number, body: Body])[];
  readonly gone: readonly string[];
  readonly stamp?: Stamp | null;
}

/** The scopes this device and person may hold now, and a version that changes when they do. */
export interface Grants {
  readonly version: string;
  readonly scopes: readonly string[];
}

/** The answer to a pull (8.1). */
export interface PullReply {
  readonly ack: { readonly chain: string; readonly link: string; readonly n: number };
  readonly anchor: string;
  readonly delete: readonly string[];
  readonly drop: readonly string[];
  readonly epoch: string;
  readonly grants: Grants;
  readonly heads: Readonly<Record<string, number>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly more: boolean;
  readonly pages: readonly Page[];
  readonly reset: readonly string[];
  readonly stamp: Stamp;
  /** By op, of acts whose outcome is in the pages (14.3). */
  readonly vouchers?: Readonly<Record<string, string>>;
}

/** What an enrolment or a sign-in gives (4.1, 4.2). */
export interface SignedIn {
  readonly device: string;
  readonly org: string;
  readonly person: string;
  readonly session: string;
  readonly certificates: readonly Certificate[];
}

/** What a device must know before it enrols: the server's public key, an anchor, the limits. */
export interface ServerInfo {
  readonly protocol: number;
  readonly key: string;
  readonly anchor: string;
  readonly max_ops: number;
  readonly max_bytes: number;
  /** The oldest protocol version it still speaks; servers once spoke their own alone. */
  readonly oldest?: number;
  readonly seal?: SealKey;
}

/** The public key to seal private parts to, signed by the server's own (14.1). */
export interface SealKey {
  readonly key: string;
  readonly sig: string;
}

/** The text under the sealing key's signature. */
export function sealKeyMessage(key: string): string {
  return `gh-seal-key-1${key}`;
}

/** What a sealed private part is bound to (14.2). */
export function sealedMessage(op: string, com: string): string {
  return `gh-sealed-1${encode({ com, op })}`;
}

/** The text that proves the device key for a token (4.4). */
export function tokenMessage(device: string, chain: string, anchor: string): string {
  return `gh-token-1${encode({ anchor, chain, device })}`;
}

/** The text under a re-chaining request's signature (3.4). */
export function rechainMessage(device: string, chain: string, follows: End, key: string): string {
  return `gh-rechain-1${encode({ chain, device, follows, key })}`;
}

/** The text under a certificate's signature (4.3). */
export function certMessage(body: string): string {
  return `gh-cert-1${body}`;
}
