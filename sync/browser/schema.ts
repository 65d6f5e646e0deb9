/** What lies on the device (P13): one database of the device, one per person. Versions only ever add. */

import type { DBSchema } from 'idb';
import type { Json } from './api.ts';
import type { Body } from './apply.ts';
import type { End } from './chain.ts';
import type { AnchorReading } from './clock.ts';
import type { Outcome } from './decision.ts';
import type { Certificate } from './protocol.ts';
import type { Stamp } from './stamp.ts';

export const VERSION = 1;
export const DEVICE = 'gatehouse';

/** The name of a person's database. */
export function personName(person: string): string {
  return `gatehouse-${person}`;
}

/** Who this browser is to the server. `gen` counts its chains: positions of all ops compare as `[gen, n]`. */
export interface Identity {
  readonly device: string;
  readonly org: string;
  readonly chain: string;
  readonly follows: End | null;
  readonly gen: number;
  readonly key: CryptoKey;
  readonly serverKey: string;
  /** The server no longer knows it, or revoked it: the next sign-in enrols anew. */
  readonly gone?: 'unknown' | 'revoked';
}

/** Who is signed in; `auth` is the certificate that acts refer to. */
export interface Session {
  readonly person: string;
  readonly org: string;
  readonly session: string;
  readonly auth: string;
  /** The server ended the session: pulls wait for the next sign-in, acts go on. */
  readonly ended?: true;
}

export interface Meta {
  identity: Identity;
  end: { readonly n: number; readonly link: string };
  anchor: AnchorReading;
  session: Session;
  /** When all that the device itself may hold was last exchanged, anchored UTC ms. */
  exchanged: number;
  /** The key to seal private parts to, and the pinned key that signed it. */
  seal: { readonly serverKey: string; readonly key: string };
}

/** An op in the outbox. `prev` is the link before it, so that older ones may be forgotten. */
export interface OutboxOp {
  readonly id: string;
  readonly gen: number;
  readonly n: number;
  readonly prev: string;
  readonly link: string;
  readonly hash: string;
  readonly head: string;
  /** The private part; moved to the person's own database once the op is acknowledged. */
  readonly private?: string;
  readonly salt?: string;
  /** Private part and salt for the server alone, kept as long as the op (14.2). */
  readonly sealed?: string;
  /** What the server decided, in its own words (14.3). */
  readonly voucher?: string;
  readonly actor: string;
  readonly entity: string;
  readonly kind: string;
  /** Corrected time of the act as the device knew it. */
  readonly at: number;
  /** Present until a decision is known. */
  readonly open?: 1;
  readonly d?: Outcome;
  readonly code?: string;
  /** The server cannot take its content: only its hash is sent (6.2). */
  readonly stub?: true;
}

export interface KeptCertificate extends Certificate {
  readonly id: string;
  readonly type: string;
}

export interface Person {
  readonly person: string;
  /** Empty until a pull tells it. */
  readonly name: string;
  /** Anchored time of the last sign-in or exchange as this person. */
  readonly used: number;
}

/** A base row: the newest confirmed version of an entity, and the scopes that carry it (8.4). */
export interface HeldRow {
  readonly id: string;
  /** `[kind, ...order]`. */
  readonly key: readonly (string | number)[];
  readonly n: number;
  readonly scopes: readonly string[];
  readonly body: Body;
  /** When it next must be shaded or dropped, UTC ms; absent while it is open. */
  readonly due?: number;
}

export interface Cursor {
  readonly scope: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Up to where a person's view no longer replays own ops (8.6); `at` is when that was exchanged. */
export interface Mark {
  readonly gen: number;
  readonly n: number;
  readonly at: number;
}

export interface KeptPrivate {
  readonly id: string;
  readonly private: string;
  readonly salt: string;
}

export interface Scoped extends DBSchema {
  rows: { key: string; value: HeldRow; indexes: { order: (string | number)[]; scopes: string; due: number } };
  cursors: { key: string; value: Cursor };
  keys: { key: string; value: string };
  /** The newest stamp that came with what lies here. */
  stamp: { key: string; value: Stamp };
}

export interface DeviceSchema extends Scoped {
  meta: { key: string; value: Meta[keyof Meta] };
  ops: { key: string; value: OutboxOp; indexes: { position: [number, number]; actor: string; open: number } };
  certs: { key: string; value: KeptCertificate };
  people: { key: string; value: Person };
}

export interface PersonSchema extends Scoped {
  mark: { key: string; value: Mark };
  kept: { key: string; value: KeptPrivate };
  drafts: { key: string; value: Json };
}

function createScoped(db: IDBDatabase): void {
  const rows = db.createObjectStore('rows', { keyPath: 'id' });
  rows.createIndex('order', 'key');
  rows.createIndex('scopes', 'scopes', { multiEntry: true });
  rows.createIndex('due', 'due');
  db.createObjectStore('cursors', { keyPath: 'scope' });
  db.createObjectStore('keys');
  db.createObjectStore('stamp');
}

/** Makes the device's database. */
export function createDevice(db: IDBDatabase): void {
  createScoped(db);
  db.createObjectStore('meta');
  const ops = db.createObjectStore('ops', { keyPath: 'id' });
  ops.createIndex('position', ['gen', 'n']);
  ops.createIndex('actor', 'actor');
  ops.createIndex('open', 'open');
  db.createObjectStore('certs', { keyPath: 'id' });
  db.createObjectStore('people', { keyPath: 'person' });
}

/** Makes a person's database. */
export function createPerson(db: IDBDatabase): void {
  createScoped(db);
  db.createObjectStore('mark');
  db.createObjectStore('kept', { keyPath: 'id' });
  db.createObjectStore('drafts');
}
