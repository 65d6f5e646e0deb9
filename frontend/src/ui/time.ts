// Times as the screen prints them: 24 hours, in the site's zone, in the language in use.

import { locale, say } from '../messages/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Building a formatter is the slow part, so each is built once. */
function format(zone: string, options: Intl.DateTimeFormatOptions, language: string = locale.value) {
  const key = JSON.stringify([language, zone, options]);
  const found = formats.get(key) ?? new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  formats.set(key, found);
  return found;
}

/** `23:41`. */
export function clock(at: number, zone: string): string {
  return format(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, 'en').format(at);
}

/** The local calendar day as `2026-11-21`: a key to group by. */
export function dayKey(at: number, zone: string): string {
  return format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA').format(at);
}

/** Today, yesterday, tomorrow, or the date with its weekday. */
export function dayWords(at: number, now: number, zone: string): string {
  const day = dayKey(at, zone);
  if (day === dayKey(now, zone)) return say().time.today;
  if (day === dayKey(now - DAY, zone)) return say().time.yesterday;
  if (day === dayKey(now + DAY, zone)) return say().time.tomorrow;
  return format(zone, { month: 'long', day: 'numeric', weekday: 'short' }).format(at);
}

/** `23:41` on the day itself, with the day before it otherwise. */
export function moment(at: number, now: number, zone: string): string {
  const time = clock(at, zone);
  return dayKey(at, zone) === dayKey(now, zone) ? time : `${dayWords(at, now, zone)} ${time}`;
}

/** How long ago, in words; a time ahead of `now` (clocks differ) is "just now". */
export function ago(at: number, now: number): string {
  const { time } = say();
  const past = now - at;
  if (past < MINUTE) return time.now;
  if (past < HOUR) return time.minutes(Math.floor(past / MINUTE));
  if (past < 2 * DAY) return time.hours(Math.floor(past / HOUR));
  return time.days(Math.floor(past / DAY));
}

/** A length of time in hours and minutes; never negative. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  return say().time.span(Math.floor(minutes / 60), minutes % 60);
}

/** The last minute of the local day that holds `now`. */
export function endOfDay(now: number, zone: string): number {
  const [hour = 0, minute = 0] = clock(now, zone).split(':').map(Number);
  return now - (now % MINUTE) + (DAY - MINUTE) - hour * HOUR - minute * MINUTE;
}
