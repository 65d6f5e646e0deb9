// Calendar days of a site as instants.

import { clock, dayKey } from './time.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** The first instant of a local day `2026-11-21`; undefined for what is no day. */
export function dayStart(day: string, zone: string): number | undefined {
  const noon = Date.parse(`${day}T12:00Z`);
  if (Number.isNaN(noon) || new Date(noon).toISOString().slice(0, 10) !== day) return undefined;
  // A zone is at most 14 hours off: around the same clock time in UTC the local day is this one or a neighbour.
  let at = noon - minutesOf(noon, zone);
  while (dayKey(at, zone) < day) at += DAY;
  while (dayKey(at, zone) > day) at -= DAY;
  // The clock may have been put forward or back since midnight.
  for (let i = 0; i < 2; i++) at -= dayKey(at, zone) < day ? minutesOf(at, zone) - DAY : minutesOf(at, zone);
  return at;
}

function minutesOf(at: number, zone: string): number {
  const [hour = 0, minute = 0] = clock(at, zone).split(':').map(Number);
  return (hour * 60 + minute) * MINUTE + (at % MINUTE);
}

/** The first instant after a local day: a span that names a day holds to its end. */
export function dayEnd(day: string, zone: string): number | undefined {
  const start = dayStart(day, zone);
  return start === undefined ? undefined : dayStart(dayKey(start + 36 * 60 * MINUTE, zone), zone);
}
