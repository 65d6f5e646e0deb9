// What the server found out about a swap for whoever decides, and what follows one: read from its row.

import type { Json, Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import type { Told } from '../ui/swap-told.tsx';

/** What speaks against it: a key of the sentences, the clause, the facts. */
export interface Against {
  readonly key: string;
  readonly clause: string | undefined;
  readonly told: Told;
}

/** Least number of people on a post during the shift. */
export interface Cover {
  readonly post: string;
  readonly before: number;
  readonly after: number;
  readonly least: number;
}

export interface Weighed {
  /** The how manieth of its month, and how many there may be; where a regulation counts them. */
  readonly quota: { readonly nth: number; readonly cap: number } | undefined;
  readonly against: readonly Against[];
  readonly cover: readonly Cover[];
  /** Approving needs a written reason. */
  readonly low: boolean;
  /** It took effect by the colleague's yes alone. */
  readonly atOnce: boolean;
}

export function weighedOf(row: Row | undefined): Weighed {
  const cap = row && numberOf(row, 'cap');
  const found = objectOf(row?.f['weighed']);
  const against = listOf(found['against']).flatMap((one) => {
    const [key, clause, told] = listOf(one);
    return typeof key === 'string'
      ? [{ key, clause: typeof clause === 'string' ? clause : undefined, told: objectOf(told) as Told }]
      : [];
  });
  const cover = listOf(found['cover']).flatMap((one) => {
    const [post, before, after, least] = listOf(one);
    return typeof post === 'string'
      ? [{ post, before: Number(before), after: Number(after), least: Number(least) }]
      : [];
  });
  return {
    quota: row && cap !== undefined ? { nth: numberOf(row, 'nth') ?? 0, cap } : undefined,
    against,
    cover,
    low: cover.some(({ after, least }) => after < least),
    atOnce: !!row && textOf(row, 'state') === 'approved' && textOf(row, 'decided_by') === '',
  };
}

/** How it stands with the shift that is to come back (I-42). */
export function repayOf(row: Row): 'open' | 'repaid' | 'settled' | 'is' | undefined {
  if (textOf(row, 'state') !== 'approved' || textOf(row, 'mode') !== 'give_away') return undefined;
  if (textOf(row, 'repays') !== '') return 'is';
  const repaid = textOf(row, 'repaid');
  if (repaid === '') return 'open';
  return row.w?.['repaid']?.[2] === repaid ? 'settled' : 'repaid';
}

/** What the two wrote for each other, oldest first. */
export function handoverOf(row: Row): readonly { readonly who: string; readonly at: number; readonly text: string }[] {
  return listOf(row.f['handover']).flatMap((one) => {
    const [, who, at, text] = listOf(one);
    return typeof who === 'string' && typeof at === 'number' && typeof text === 'string' ? [{ who, at, text }] : [];
  });
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
