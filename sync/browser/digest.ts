/** Digests: an additive sum per scope and expiry day, to find silent divergence (PROTOCOL 8.8, P26). */

import { sha256 } from './canon.ts';

export const MODULUS = 2 ** 48;

/** Expiry day, as text: `[count, sum]`. */
export type Days = Record<string, readonly [number, number]>;

/** What one entity at one version adds: 48 bits. */
export function weight(entity: string, version: string): number {
  return sha256(entity, version)
    .subarray(0, 6)
    .reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The days with one more entity in them. */
export function add(days: Days, day: number, entity: string, version: string): Days {
  const [count, sum] = days[day] ?? [0, 0];
  return { ...days, [day]: [count + 1, (sum + weight(entity, version)) % MODULUS] };
}

/** The days that differ, of those neither side may have expired yet (day 0 is 'still open'). */
export function differing(server: Days, device: Days, today: number): string[] {
  const days = [...new Set([...Object.keys(server), ...Object.keys(device)])];
  const current = days.filter((day) => day === '0' || Number(day) > today + 1);
  const same = (day: string) => {
    const [left, right] = [server[day] ?? [0, 0], device[day] ?? [0, 0]];
    return left[0] === right[0] && left[1] === right[1];
  };
  return current.filter((day) => !same(day)).sort();
}
