// What the server is asked about a file, and what it answers (PROTOCOL §15).

import type { Answer, Engine } from '@gatehouse/sync/api';
import { locale } from '../messages/index.ts';

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
  const body = { type: 'application/octet-stream', data: file };
  return json(engine.file(`/api/import/preview?what=${what}`, { language: locale.value, body }));
}

export function again(engine: Engine, id: string, reading: Reading, all = false): Promise<Answer<Preview>> {
  return post(engine, '/api/import/again', { id, ...reading, all });
}

export function apply(engine: Engine, shown: Preview, reading: Reading): Promise<Answer<{ counts: Counts }>> {
  return post(engine, '/api/import/apply', { id: shown.id, version: shown.version, ...reading });
}

export async function fetchSheet(
  engine: Engine,
  what: What,
  form: 'xlsx' | 'csv',
  empty: boolean,
): Promise<Answer<Blob>> {
  const answer = await engine.file(`/api/export/${what}.${form}${empty ? '?empty=1' : ''}`, { language: locale.value });
  return 'ok' in answer ? { ok: answer.ok.data } : answer;
}

function post<T>(engine: Engine, path: string, asked: unknown): Promise<Answer<T>> {
  const body = { type: 'application/json', data: JSON.stringify(asked) };
  return json(engine.file(path, { language: locale.value, body }));
}

async function json<T>(asked: ReturnType<Engine['file']>): Promise<Answer<T>> {
  const answer = await asked;
  if ('problem' in answer) return answer;
  if (answer.ok.type !== 'application/json') return { problem: { code: 'unreachable' } };
  return { ok: JSON.parse(await answer.ok.data.text()) as T };
}
