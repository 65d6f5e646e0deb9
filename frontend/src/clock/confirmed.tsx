import { useEffect, useState } from 'preact/hooks';
import { sayClock } from '../messages/clock/index.ts';
import { Icon } from '../ui/icons.tsx';
import type { Direction } from '../ui/punches.ts';
import { Said } from '../ui/said.tsx';
import { hoursWords, type Shift } from '../ui/shifts.ts';
import { clock } from '../ui/time.ts';

export interface Done {
  readonly name: string;
  readonly direction: Direction;
  readonly at: number;
  readonly shift: Shift | undefined;
}

const SECONDS = 8;

/** The whole screen says what was recorded, long enough to be read; then it is the next one's turn. */
export function Confirmed({ done, zone, onClose }: { done: Done; zone: string; onClose: () => void }) {
  const words = sayClock();
  const [left, count] = useState(SECONDS);
  useEffect(() => {
    const timer = setInterval(() => count((seconds) => seconds - 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the count decides when it is over
  useEffect(() => {
    if (left <= 0) onClose();
  }, [left]);
  return (
    <main class="confirmed" aria-live="assertive">
      <Icon name="delivered" />
      <h1 class="kiosk-name">
        <Said text={done.name} />
      </h1>
      <p class="confirmed-what">
        {`${words.kiosk.recorded} ${done.direction === 'in' ? words.inShort : words.outShort}`}
        <time>{clock(done.at, zone)}</time>
      </p>
      <p class="kiosk-shift">{done.shift ? hoursWords(done.shift, zone) : words.noShift}</p>
      <p>{words.kiosk.recordedHint}</p>
      <button type="button" class="button big" onClick={onClose}>
        {`${words.kiosk.finish} · ${words.kiosk.backIn(Math.max(0, left))}`}
      </button>
    </main>
  );
}
