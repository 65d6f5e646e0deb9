// Hours of a template in words and as a picture.

import { sayOffice } from '../messages/office/index.ts';
import { clockOf, DAY, lengths, type Span } from './segments.ts';

const SIX = 360;
const TALL = 90;

/** `09:00–12:00 · 17:00–次日01:00`. */
export function hoursWords(spans: readonly Span[]): string {
  const words = sayOffice().templates;
  return spans.map(({ from, to }) => words.span(timeWords(from), timeWords(to))).join(' · ');
}

function timeWords(minutes: number): string {
  const { time, next } = clockOf(minutes);
  return next ? sayOffice().templates.next(time) : time;
}

/** How long one works, and how long one is off between the parts. */
export function lengthWords(spans: readonly Span[]): string {
  const words = sayOffice().templates;
  const { work, off } = lengths(spans);
  const total = words.total(Math.floor(work / 60), work % 60);
  return off > 0 ? `${total} · ${words.breaks(Math.floor(off / 60), off % 60)}` : total;
}

/** The day as a bar, and the next one as far as the hours reach into it. */
export function HoursPicture({ spans }: { spans: readonly Span[] }) {
  const end = spans.at(-1)?.to ?? DAY;
  const whole = Math.max(DAY, Math.ceil(end / SIX) * SIX);
  const hours = Array.from({ length: whole / SIX + 1 }, (_, i) => i * SIX);
  return (
    <div class="office-hours" role="img" aria-label={`${sayOffice().templates.picture}: ${hoursWords(spans)}`}>
      <svg viewBox={`0 0 ${whole} ${TALL}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {hours.map((at) => (
          <line key={at} class={at % DAY === 0 ? 'midnight' : ''} x1={at} x2={at} y1={0} y2={TALL} />
        ))}
        {spans.map(({ from, to }) => (
          <rect key={from} x={from} y={TALL * 0.2} width={to - from} height={TALL * 0.6} />
        ))}
      </svg>
      <p class="soft small number" aria-hidden="true">
        {hours.map((at) => (
          <span key={at}>{(at / 60) % 24}</span>
        ))}
      </p>
    </div>
  );
}
