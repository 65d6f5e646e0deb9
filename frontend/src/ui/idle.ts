import { useEffect } from 'preact/hooks';

/** Calls `then` once nobody touched the screen for `ms`; anything that changes `key` starts the time anew. */
export function useIdle(ms: number, key: string, then: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `then` is new on every draw, and only the time counts
  useEffect(() => {
    let timer = setTimeout(then, ms);
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(then, ms);
    };
    addEventListener('pointerdown', touched);
    addEventListener('keydown', touched);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointerdown', touched);
      removeEventListener('keydown', touched);
    };
  }, [ms, key]);
}
