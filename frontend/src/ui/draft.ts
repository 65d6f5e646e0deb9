// A half-typed form, kept on disk while it is typed: an update, a crash and a killed tab are all the same case.

import type { Engine, Json } from '@gatehouse/sync/api';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

const PAUSE = 150;

export interface Draft<T> {
  /** Undefined until the disk has been asked. */
  readonly value: T | undefined;
  /** Whether it was found on disk rather than begun here. */
  readonly restored: boolean;
  change(part: Partial<T>): void;
  /** Forgets it and begins anew. */
  clear(): Promise<void>;
  /** Begins anew after `done` was recorded; what was typed while it was being recorded stays. */
  recorded(done: T): Promise<void>;
}

/** The fields of `now` that are no longer as they were in `done`. */
export function typedSince<T extends object>(now: T, done: T): Partial<T> {
  const since: Partial<T> = {};
  for (const name in now) if (now[name] !== done[name]) since[name] = now[name];
  return since;
}

export function useDraft<T extends object>(engine: Engine, key: string, blank: () => T): Draft<T> {
  const [value, setValue] = useState<T>();
  const [restored, setRestored] = useState(false);
  const begin = useRef(blank);
  const shown = useRef(value);
  shown.current = value;
  const unsaved = useRef<{ value: T; timer: ReturnType<typeof setTimeout> } | null>(null);

  const save = useCallback(() => {
    const pending = unsaved.current;
    if (!pending) return;
    clearTimeout(pending.timer);
    unsaved.current = null;
    // A full disk must not stop the typing; recording the act itself reports it.
    engine.drafts.put(key, { ...pending.value } as Json).catch(console.error);
  }, [engine, key]);

  useEffect(() => {
    let here = true;
    const read = async () => {
      const found = await engine.drafts.get(key).catch(() => undefined);
      if (!here) return;
      const usable = typeof found === 'object' && found !== null && !Array.isArray(found);
      setRestored(usable);
      setValue({ ...begin.current(), ...(usable ? (found as Partial<T>) : {}) });
    };
    read().catch(console.error);
    const hidden = () => document.visibilityState === 'hidden' && save();
    document.addEventListener('visibilitychange', hidden);
    addEventListener('pagehide', save);
    return () => {
      here = false;
      save();
      document.removeEventListener('visibilitychange', hidden);
      removeEventListener('pagehide', save);
    };
  }, [engine, key, save]);

  const change = useCallback(
    (part: Partial<T>) => {
      setValue((before) => {
        if (!before) return before;
        const after = { ...before, ...part };
        clearTimeout(unsaved.current?.timer);
        unsaved.current = { value: after, timer: setTimeout(save, PAUSE) };
        return after;
      });
    },
    [save],
  );

  const clear = useCallback(async () => {
    clearTimeout(unsaved.current?.timer);
    unsaved.current = null;
    setRestored(false);
    setValue(begin.current());
    await engine.drafts.delete(key);
  }, [engine, key]);

  const recorded = useCallback(
    async (done: T) => {
      const since = typedSince(unsaved.current?.value ?? shown.current ?? done, done);
      const cleared = clear();
      if (Object.keys(since).length > 0) change(since);
      await cleared;
    },
    [clear, change],
  );

  return { value, restored, change, clear, recorded };
}
