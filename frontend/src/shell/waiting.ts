// How many matters wait for the person signed in: for the tile and for the bar.

import { readWaiting } from '../swaps/waiting.ts';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { REQUESTS, readWaiting as readRequests } from '../ui/requests.ts';

/** Swaps, and leave, outings and corrections, that wait for the person's word. */
export function useWaiting(): { swaps: number; requests: number } {
  const { engine, who, standing } = useApp();
  // A deadline passes with no row changing.
  const minute = Math.floor(useNow(engine) / 60_000);
  const key = `${who.person} ${standing.leads.join()} ${minute}`;
  const swaps = useRows(engine, key, ['swap'], (view) => readWaiting(view, who.person, standing, engine.now()));
  const requests = useRows(engine, key, REQUESTS, (view) => readRequests(view, who.person, engine.now()));
  return { swaps: swaps?.length ?? 0, requests: requests?.length ?? 0 };
}
