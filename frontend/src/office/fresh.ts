import type { Engine } from '@gatehouse/sync/api';
import { useMemo } from 'preact/hooks';
import { useNow } from '../ui/context.ts';

/** The time that these rows are read at, never older than they are: what has just ended is over. */
export function useFresh(engine: Engine, rows: unknown): number {
  const tick = useNow(engine);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are read at another time
  return useMemo(() => Math.max(tick, engine.now()), [engine, rows, tick]);
}
