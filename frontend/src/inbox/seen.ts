// What became of one's swaps since the inbox was last looked at: counted beside what needs an answer, so that nobody
// turns up for a shift that is no longer theirs.

import type { Engine, Who } from '@gatehouse/sync/api';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useRows } from '../ui/context.ts';
import { resultsOf } from './queries.ts';

const KEY = 'inbox.seen';

/** When the person looked last, UTC ms; undefined until the disk has been asked. */
const seen = signal<{ readonly person: string; readonly at: number } | undefined>(undefined);

/** How many swaps of the person's somebody else has settled since. */
export function useUnseen(engine: Engine, who: Who): number {
  useEffect(() => {
    const read = async () => {
      const kept = await engine.drafts.get(KEY);
      seen.value = { person: who.person, at: typeof kept === 'number' ? kept : 0 };
    };
    read().catch(console.error);
  }, [engine, who.person]);
  const results = useRows(engine, who.person, ['swap'], async (view) =>
    resultsOf(await view.all('swap'), who.person, engine.now()),
  );
  const since = seen.value?.person === who.person ? seen.value.at : Number.POSITIVE_INFINITY;
  return results?.filter((one) => one.who !== who.person && one.at > since).length ?? 0;
}

/** The inbox is on screen. */
export function noteSeen(engine: Engine, who: Who): void {
  const at = engine.now();
  seen.value = { person: who.person, at };
  engine.drafts.put(KEY, at).catch(console.error);
}
