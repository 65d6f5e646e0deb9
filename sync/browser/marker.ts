/** A note of the chain's end beside the databases: when they are gone and it is not, their loss is known (T28). */

import type { End } from './chain.ts';
import { isUuid } from './ids.ts';
import type { Ports } from './ports.ts';

export interface Marker {
  readonly end: End;
  /** Acts that had no decision yet. */
  readonly waiting: number;
}

export function readMarker(ports: Ports): Marker | null {
  try {
    const { end, waiting } = JSON.parse(ports.marker.get() ?? 'null') as Marker;
    const sound = isUuid(end.chain) && /^[0-9a-f]{64}$/.test(end.link) && Number.isSafeInteger(end.n);
    return sound ? { end: { chain: end.chain, link: end.link, n: end.n }, waiting: Number(waiting) } : null;
  } catch {
    return null;
  }
}

export function writeMarker(ports: Ports, marker: Marker): void {
  const text = JSON.stringify(marker);
  if (ports.marker.get() !== text) ports.marker.set(text);
}
