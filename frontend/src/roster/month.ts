// A team's month as a grid of cells, the draft upon it, and the act that publishes the difference (PROTOCOL 10.10). Pure.

import type { Json, Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';

/** What a cell holds: `template:post` pairs joined by `+`, sorted; '' is rest; `!label` a shift without template. */
export type Work = string;
/** `person date`. */
export type Key = string;

export const REST: Work = '';
const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LETTERS = 'abcdefghijklmnopqrst';
/** The rows of an act, in characters. */
const LONGEST = 15_000;

export interface Edit {
  readonly work: Work;
  /** What stood there when it was set. */
  readonly was: Work;
  /** Set by hand: a generator leaves it alone. */
  readonly hand: boolean;
}

export interface Draft {
  /** The roster's version it started from (I-53). */
  readonly seen: number;
  readonly cells: Readonly<Record<Key, Edit>>;
}

export const NO_DRAFT: Draft = { seen: 0, cells: {} };

export const keyOf = (person: string, date: string): Key => `${person} ${date}`;

/** The dates of `2026-03`. */
export function daysOf(month: string): string[] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`);
}

/** The month so many months later. */
export function later(month: string, by: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** What shifts of a team stand in which cell. */
export function present(shifts: readonly Row[], team: string, month: string): Map<Key, Work> {
  const found = new Map<Key, string[]>();
  for (const row of shifts) {
    const date = textOf(row, 'date');
    if (textOf(row, 'team') !== team || !date.startsWith(month) || row.f['cancelled']) continue;
    const key = keyOf(textOf(row, 'person'), date);
    const template = textOf(row, 'template');
    const pair = template ? `${template}:${textOf(row, 'post')}` : `!${textOf(row, 'label')}`;
    found.set(key, [...(found.get(key) ?? []), pair]);
  }
  return new Map([...found].map(([key, pairs]) => [key, pairs.sort().join('+')]));
}

/** The pairs of a cell; those without a template are not among them. */
export function pairsOf(work: Work): { readonly template: string; readonly post: string }[] {
  return work
    .split('+')
    .filter((pair) => pair && !pair.startsWith('!'))
    .map((pair) => {
      const [template = '', post = ''] = pair.split(':');
      return { template, post };
    });
}

/** A cell's labels, `早/夜`; '' for rest. */
export function labelOf(work: Work, labels: ReadonlyMap<string, string>): string {
  return work
    .split('+')
    .filter(Boolean)
    .map((pair) => (pair.startsWith('!') ? pair.slice(1) : (labels.get(pair.split(':')[0] ?? '') ?? '?')))
    .join('/');
}

/** The draft with cells set; one that is set to what stands there is no edit any more. */
export function edited(
  draft: Draft,
  here: ReadonlyMap<Key, Work>,
  version: number,
  set: readonly (readonly [Key, Work])[],
  hand: boolean,
): Draft {
  const cells = { ...draft.cells };
  for (const [key, work] of set) {
    const was = cells[key]?.was ?? here.get(key) ?? REST;
    if ((here.get(key) ?? REST) === work) delete cells[key];
    else cells[key] = { work, was, hand };
  }
  return { seen: Object.keys(draft.cells).length === 0 ? version : draft.seen, cells };
}

/** Edits whose cell somebody else changed since. */
export function disturbed(draft: Draft, here: ReadonlyMap<Key, Work>): Key[] {
  return Object.keys(draft.cells).filter((key) => draft.cells[key]?.was !== (here.get(key) ?? REST));
}

/** The draft upon the newest version: what is there already is no edit any more. */
export function rebased(draft: Draft, here: ReadonlyMap<Key, Work>, version: number): Draft {
  const cells: Record<Key, Edit> = {};
  for (const [key, edit] of Object.entries(draft.cells)) {
    const was = here.get(key) ?? REST;
    if (was !== edit.work) cells[key] = { ...edit, was };
  }
  return { seen: version, cells };
}

/** The values of `roster.publish`; undefined where it would be more than an act can carry. */
export function values(team: string, month: string, draft: Draft): Record<string, Json> | undefined {
  const edits = Object.entries(draft.cells);
  const pairs = edits.flatMap(([, { work }]) => pairsOf(work));
  const templates = [...new Set(pairs.map(({ template }) => template))].sort();
  const posts = [...new Set(pairs.map(({ post }) => post))].sort();
  const legend: string[] = [];
  const days = daysOf(month);
  const rows = new Map<string, string[]>();
  for (const [key, { work }] of edits) {
    const [person = '', date = ''] = key.split(' ');
    const row = rows.get(person) ?? days.map(() => '.');
    rows.set(person, row);
    const entry = pairsOf(work)
      .map(({ template, post }) => `${LETTERS[templates.indexOf(template)]}${LETTERS[posts.indexOf(post)]}`)
      .sort()
      .join('+');
    if (entry && !legend.includes(entry)) legend.push(entry);
    row[days.indexOf(date)] = entry ? (SIGNS[legend.indexOf(entry)] ?? '?') : '-';
  }
  const text = [...rows.keys()]
    .sort()
    .map((person) => `${person} ${rows.get(person)?.join('')}`)
    .join('\n');
  const most = LETTERS.length;
  if (text.length > LONGEST || templates.length > most || posts.length > most || legend.length > SIGNS.length)
    return undefined;
  const said = { team, month, seen: draft.seen, templates, posts, rows: text };
  return legend.length > 0 ? { ...said, legend: legend.join(' ') } : said;
}

/** The cells that such an act sets. */
export function cellsOf(said: Readonly<Record<string, Json>>): Map<Key, Work> {
  const list = (name: string) => (Array.isArray(said[name]) ? (said[name] as string[]) : []);
  const text = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : '');
  const [templates, posts] = [list('templates'), list('posts')];
  const legend = text('legend')
    .split(' ')
    .map((entry) =>
      entry
        .split('+')
        .map(([t = '', p = '']) => `${templates[LETTERS.indexOf(t)]}:${posts[LETTERS.indexOf(p)]}`)
        .sort()
        .join('+'),
    );
  const days = daysOf(text('month'));
  const found = new Map<Key, Work>();
  for (const line of text('rows').split('\n')) {
    const [person = '', signs = ''] = line.split(' ');
    [...signs].forEach((sign, i) => {
      if (sign === '.') return;
      found.set(keyOf(person, days[i] ?? ''), sign === '-' ? REST : (legend[SIGNS.indexOf(sign)] ?? REST));
    });
  }
  return found;
}

/** Cells of the month that changed after a version, with the version that changed them. */
export function changedSince(shifts: readonly Row[], team: string, month: string, seen: number): Row[] {
  return shifts
    .filter((row) => textOf(row, 'team') === team && textOf(row, 'date').startsWith(month))
    .filter((row) => (numberOf(row, 'roster') ?? 0) > seen)
    .sort((a, b) => (textOf(a, 'date') < textOf(b, 'date') ? -1 : 1));
}
