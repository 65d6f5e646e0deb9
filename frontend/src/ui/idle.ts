import { useEffect } from 'preact/hooks';

/** The longest time that a browser's timer takes, ms. */
export const NEVER = 2 ** 31 - 1;

/** What shows that somebody is there: handwriting and dictation come without a key. */
const TOUCHES = ['pointerdown', 'keydown', 'input', 'wheel'] as const;

/**
 * Calls `then` once nobody touched the screen for `ms`; anything that changes `key` starts the time anew. A device that
 * slept counts its sleep: its timers rested, the clock went on, and whoever wakes it is somebody else.
 */
export function useIdle(ms: number, key: string, then: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `then` is new on every draw, and only the time counts
  useEffect(() => {
    let last = Date.now();
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      then();
    };
    const late = () => Date.now() - last >= ms;
    const begin = () => {
      last = Date.now();
      clearTimeout(timer);
      timer = setTimeout(end, ms);
    };
    const touched = () => {
      if (late()) end();
      else begin();
    };
    const seen = () => document.visibilityState === 'visible' && late() && end();
    begin();
    for (const one of TOUCHES) addEventListener(one, touched, { capture: true, passive: true });
    document.addEventListener('visibilitychange', seen);
    return () => {
      over = true;
      clearTimeout(timer);
      for (const one of TOUCHES) removeEventListener(one, touched, { capture: true });
      document.removeEventListener('visibilitychange', seen);
    };
  }, [ms, key]);
}
