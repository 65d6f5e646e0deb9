// One function per intention. Each resolves when the act is on this device's disk, or with the problem that kept it off.

import type { Answer, Engine, Json } from '@gatehouse/sync/api';
import { downloaded, posted, uploaded } from '../ui/server.ts';

export type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

/** Publishes a month as its difference to the version that was seen. */
export function publish(engine: Engine, values: Readonly<Record<string, Json>>): Recorded {
  return engine.act({ kind: 'roster.publish', values });
}

/** The person has seen this version. */
export function receive(engine: Engine, team: string, version: number): Recorded {
  return engine.act({ kind: 'roster.receive', values: { team, version } });
}

// What only the server can say; needs the network.

/** Something that forbids a publication or speaks against it, with its clause. */
export interface Said {
  readonly key?: string;
  readonly code?: string;
  readonly clause?: string | null;
  readonly facts?: Readonly<Record<string, string | number>>;
}

export interface Checked {
  readonly violations: readonly Said[];
  readonly warned: readonly Said[];
}

export function check(engine: Engine, team: string, values: Readonly<Record<string, Json>>): Promise<Answer<Checked>> {
  return posted(engine, `/api/roster/${team}/check`, values);
}

export interface Told {
  readonly row: number;
  readonly column: string | null;
  readonly code: string;
  readonly data?: Readonly<Record<string, string | number>>;
}

/** What a file says of a month (PROTOCOL 15.5). */
export interface Reading {
  readonly month: string;
  readonly version: number;
  readonly sheet: string;
  readonly lines: readonly { readonly person: string; readonly row: number; readonly cells: readonly string[] }[];
  readonly known: Readonly<Record<string, string>>;
  readonly unknown: Readonly<Record<string, number>>;
  readonly told: readonly Told[];
  readonly errors: number;
}

export function bring(engine: Engine, team: string, month: string, file: Blob): Promise<Answer<Reading>> {
  return uploaded(engine, `/api/roster/${team}/${month}/read`, file);
}

export function remember(engine: Engine, team: string, symbols: Readonly<Record<string, string>>) {
  return posted<unknown>(engine, `/api/roster/${team}/symbols`, { symbols });
}

export function take(engine: Engine, team: string, month: string): Promise<Answer<Blob>> {
  return downloaded(engine, `/api/roster/${team}/${month}.xlsx`);
}
