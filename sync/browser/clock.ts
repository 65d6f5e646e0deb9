/** Time as evidence: anchors, intervals, classes (PROTOCOL §7). No clock blocks an act (I8). */

export type TimeClass = 'live' | 'anchored' | 'unanchored' | 'contradictory';

export const BACKWARDS_MS = 2_000;
export const OUTSIDE_MS = 60_000;
export const LIVE_MS = 60_000;

/** An anchor as a device noted it: its token and the device's clocks at that moment, milliseconds. */
export interface AnchorReading {
  readonly mono: number;
  readonly run: string;
  readonly token: string;
  readonly wall: number;
}

/** `t` of a head: the newest anchor held, and the device's clocks when the act was made. */
export interface Evidence {
  readonly anchor: AnchorReading | null;
  readonly mono: number;
  readonly run: string;
  readonly wall: number;
}

/** `[earliest, latest, at, class]` in UTC ms. */
export type Interval = readonly [earliest: number, latest: number, at: number, timeClass: TimeClass];

/** The text under an anchor's signature (7.1). */
export function anchorMessage(ms: number, nonce: string): string {
  return `gh-anchor-1${ms}.${nonce}`;
}

/** `[ms, nonce, sig]` of an anchor text, or null when it is not one. The signature is not checked here. */
export function anchorParts(token: string): readonly [number, string, string] | null {
  const [ms, nonce, sig, ...rest] = token.split('.');
  if (ms === undefined || nonce === undefined || sig === undefined || rest.length > 0) return null;
  return /^[0-9]{1,15}$/.test(ms) ? [Number(ms), nonce, sig] : null;
}

/** The interval and class of one act (7.3–7.5); `floor` is `earliest` of the chain's previous op. */
export function interval(t: Evidence, anchorMs: number | null, received: number, floor = 0): Interval {
  const anchor = anchorMs === null ? null : t.anchor;
  const sameRun = anchor !== null && anchor.run === t.run;
  const ran = sameRun ? Math.max(0, t.mono - anchor.mono) : 0;
  const lower = anchor === null ? 0 : (anchorMs ?? 0) + ran;
  const stated = anchor === null ? t.wall : (anchorMs ?? 0) + t.wall - anchor.wall;
  const earliest = Math.min(Math.max(lower, floor), received);
  const at = Math.min(Math.max(stated, earliest), received);
  const backwards = sameRun && t.wall - anchor.wall < ran - BACKWARDS_MS;
  let timeClass: TimeClass = sameRun ? 'anchored' : 'unanchored';
  if (backwards || stated < earliest - OUTSIDE_MS || stated > received + OUTSIDE_MS) timeClass = 'contradictory';
  else if (received - earliest <= LIVE_MS) timeClass = 'live';
  return [earliest, received, at, timeClass];
}
