// The clause that a refusal rests on, in a chunk of its own: most notices name none.

import { lazy } from '../ui/lazy.tsx';
import type { Notice } from './queries.ts';

export const Clause = lazy(async () => (await import('../ui/clause.tsx')).Clause);

/** A refusal about swaps with its facts. */
export const SwapTold = lazy(async () => (await import('../ui/swap-told.tsx')).SwapTold);

/** The regulation that judged it, where the refusal says so. */
export function packOf({ told }: Notice): string | undefined {
  return typeof told?.['pack'] === 'string' ? told['pack'] : undefined;
}
