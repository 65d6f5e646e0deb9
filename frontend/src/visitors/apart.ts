// Pairs that a guard judged to be two people: remembered on this device so that the hint does not come back.

import type { Engine } from '@gatehouse/sync/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { pairOf } from './queries.ts';

const KEY = 'visit.apart';
/** A pair stops mattering when its visits are over; the newest are enough. */
const KEPT = 200;

export function useApart(engine: Engine): [ReadonlySet<string>, (a: string, b: string) => void] {
  const [pairs, setPairs] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    engine.drafts
      .get(KEY)
      .then((found) => {
        if (Array.isArray(found)) setPairs(new Set(found.map(String)));
      })
      .catch(console.error);
  }, [engine]);
  const add = useCallback(
    (a: string, b: string) =>
      setPairs((before) => {
        const after = [...before, pairOf(a, b)].slice(-KEPT);
        engine.drafts.put(KEY, after).catch(console.error);
        return new Set(after);
      }),
    [engine],
  );
  return [pairs, add];
}
