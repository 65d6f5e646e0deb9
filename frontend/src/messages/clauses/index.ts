// What clauses of regulations say, in a chunk of its own: it is there offline, and no first paint waits for it.

import { part } from '../index.ts';
import shelf from './shelf.json' with { type: 'json' };
import { words } from './zh-CN.ts';

export const sayClauses = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});

export interface ClauseText {
  readonly id: string;
  /** The regulation it stands in, or what kind of reading it is; '' for one this version does not know. */
  readonly title: string;
  readonly sentence: string;
}

const STANDS: Readonly<Record<string, { readonly of: readonly string[] }>> = shelf.clauses;

/** A clause in words; `pack` is the regulation the team follows, where that is known: a clause may stand in several. */
export function clauseText(id: string, pack?: string): ClauseText {
  const { clauses, documents } = sayClauses();
  const of = STANDS[id]?.of ?? [id.startsWith('I-') ? 'readings' : 'house'];
  const titles = pack !== undefined && of.includes(pack) ? [pack] : of;
  const sentence = clauses[id];
  if (sentence === undefined) return { id, title: '', sentence: '' };
  return { id, title: titles.map((code) => documents[code] ?? code).join(' / '), sentence };
}
