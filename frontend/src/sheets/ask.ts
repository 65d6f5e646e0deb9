// What the server is asked about a file, and what it answers (PROTOCOL §15).

import type { Answer, Engine } from '@gatehouse/sync/api';
import { downloaded, posted, uploaded } from '../ui/server.ts';

export const KINDS = ['people', 'units', 'vehicles', 'posts'] as const;
export type What = (typeof KINDS)[number];

export interface Heading {
  readonly column: string;
  readonly header: string;
  readonly field: string | null;
  readonly how: 'known' | 'remembered' | 'chosen' | null;
  readonly samples: readonly string[];
}

export interface Diff {
  readonly row: number;
  readonly label: string;
  readonly fields: Readonly<Record<string, readonly [string, string]>>;
}

export interface Told {
  readonly row: number;
  readonly column: string | null;
  readonly field: string | null;
  readonly code: string;
  readonly level: 'error' | 'warning';
  readonly data: Readonly<Record<string, string | number>>;
}

export interface Counts {
  readonly rows: number;
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  readonly untouched: number;
  readonly errors: number;
  readonly warnings: number;
}

export interface Preview {
  readonly id: string;
  readonly what: What;
  readonly version: string | null;
  readonly sheets: readonly string[];
  readonly sheet: string;
  readonly header_row: number;
  readonly headings: readonly Heading[];
  readonly fields: readonly { field: string; header: string; required: boolean }[];
  readonly missing: readonly string[];
  readonly looks_like: What | null;
  readonly counts: Counts;
  readonly created: Readonly<Record<string, readonly string[]>>;
  readonly skipped: {
    readonly hidden_rows: number;
    readonly hidden_columns: number;
    readonly filled: number;
    readonly notes: readonly number[];
    readonly repeats: number;
  };
  readonly new: readonly Diff[];
  readonly changed: readonly Diff[];
  readonly told: readonly Told[];
}

/** How the file is read: which sheet, and what its columns are, where the admin chose. */
export interface Reading {
  readonly sheet?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export function upload(engine: Engine, what: What, file: Blob): Promise<Answer<Preview>> {
  return uploaded(engine, `/api/import/preview?what=${what}`, file);
}

export function again(engine: Engine, id: string, reading: Reading, all = false): Promise<Answer<Preview>> {
  return posted(engine, '/api/import/again', { id, ...reading, all });
}

export function apply(engine: Engine, shown: Preview, reading: Reading): Promise<Answer<{ counts: Counts }>> {
  return posted(engine, '/api/import/apply', { id: shown.id, version: shown.version, ...reading });
}

export function fetchSheet(engine: Engine, what: What, form: 'xlsx' | 'csv', empty: boolean): Promise<Answer<Blob>> {
  return downloaded(engine, `/api/export/${what}.${form}${empty ? '?empty=1' : ''}`);
}
