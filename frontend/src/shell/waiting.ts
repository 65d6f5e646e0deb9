// How many swaps wait for the person signed in: for the tile and for the bar.

import { readWaiting } from '../swaps/waiting.ts';
import { useApp, useNow, useRows } from '../ui/context.ts';

export function useWaiting(): number {
  const { engine, who, standing } = useApp();
  // A deadline passes with no row changing.
  const minute = Math.floor(useNow(engine) / 60_000);
  const key = `${who.person} ${standing.leads.join()} ${minute}`;
  return useRows(engine, key, ['swap'], (view) => readWaiting(view, who.person, standing, engine.now()))?.length ?? 0;
}
