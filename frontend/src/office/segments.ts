// The hours of a shift template: spans in minutes from the midnight of its business date. Pure.

export const DAY = 1_440;
export const MOST = 6;

/** `[from, to)` in minutes; `to` lies on the next day from 1,440 on. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** `"09:00-12:00 17:00-25:00"` as spans; those that are none are passed over. */
export function spansOf(segments: string): Span[] {
  return segments.split(' ').flatMap((segment) => {
    const found = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(segment);
    if (!found) return [];
    const [, h1, m1, h2, m2] = found.map(Number) as [number, number, number, number, number];
    return [{ from: h1 * 60 + m1, to: h2 * 60 + m2 }];
  });
}

/** The spans as an act carries them. */
export function segmentsOf(spans: readonly Span[]): string {
  return spans.map(({ from, to }) => `${plain(from)}-${plain(to)}`).join(' ');
}

function plain(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `25:00` as the clock shows it, and whether that is on the next day. */
export function clockOf(minutes: number): { readonly time: string; readonly next: boolean } {
  return { time: plain(minutes % DAY), next: minutes >= DAY };
}

/** Two clock times as a span: an end that is not after its start is on the next day. */
export function spanOf(start: string, end: string): Span | undefined {
  const from = minutesOf(start);
  const until = minutesOf(end);
  if (from === undefined || until === undefined) return undefined;
  return { from, to: until <= from ? until + DAY : until };
}

function minutesOf(time: string): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/**
 * Clock times as spans, one after another: a part that begins before the one before it ended is on the next day.
 * Undefined where one is no time.
 */
export function inOrder(parts: readonly { readonly start: string; readonly end: string }[]): Span[] | undefined {
  const spans: Span[] = [];
  for (const { start, end } of parts) {
    const span = spanOf(start, end);
    if (!span) return undefined;
    const before = spans.at(-1);
    const shift = before && span.from < before.to ? DAY : 0;
    spans.push({ from: span.from + shift, to: span.to + shift });
  }
  return spans;
}

/** What the server takes: one to six, in order, none over another, begun on the day itself, within 24 hours. */
export function wellFormed(spans: readonly Span[]): boolean {
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last || spans.length > MOST) return false;
  const each = spans.every(({ from, to }) => from >= 0 && from < to && to <= 2 * DAY);
  const apart = spans.every(({ from }, i) => i === 0 || from >= (spans[i - 1]?.to ?? 0));
  return each && apart && first.from < DAY && last.to - first.from <= DAY;
}

/** Minutes worked, and minutes off between the parts. */
export function lengths(spans: readonly Span[]): { readonly work: number; readonly off: number } {
  const work = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const whole = (spans.at(-1)?.to ?? 0) - (spans[0]?.from ?? 0);
  return { work, off: whole - work };
}

/** Whether so much of it lies between 22:00 and 6:00 that it looks like a night shift: two hours. */
export function isNight(spans: readonly Span[]): boolean {
  const nights = [
    { from: 0, to: 360 },
    { from: 1_320, to: DAY + 360 },
    { from: DAY + 1_320, to: 2 * DAY },
  ];
  const dark = spans.flatMap((span) =>
    nights.map((night) => Math.max(0, Math.min(span.to, night.to) - Math.max(span.from, night.from))),
  );
  return dark.reduce((sum, minutes) => sum + minutes, 0) >= 120;
}
