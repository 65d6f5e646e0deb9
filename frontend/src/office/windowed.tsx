import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Lines drawn above and below those in sight, so that a quick finger sees no gap. */
const AROUND = 12;
/** Drawn before the first line was measured. */
const FIRST = 40;

interface WindowedProps<T> {
  label: string;
  rows: readonly T[];
  id: (row: T) => string;
  draw: (row: T) => ComponentChildren;
}

/**
 * A list of thousands of lines, of which those near the screen exist. All lines are of one height, which the style
 * sheet gives in letters: it is measured, so that larger letters make larger lines.
 */
export function Windowed<T>({ label, rows, id, draw }: WindowedProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const [{ first, most, line }, see] = useState({ first: 0, most: FIRST, line: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are looked at anew, wherever one had scrolled to
  useEffect(() => {
    const look = () => {
      const box = list.current;
      const measured = box?.firstElementChild?.getBoundingClientRect().height ?? 0;
      if (!box || measured === 0) return;
      const above = Math.floor(Math.max(0, -box.getBoundingClientRect().top) / measured);
      const next = {
        first: Math.max(0, above - AROUND),
        most: Math.ceil(innerHeight / measured) + 2 * AROUND,
        line: measured,
      };
      see((now) => (now.first === next.first && now.most === next.most && now.line === next.line ? now : next));
    };
    look();
    addEventListener('scroll', look, { capture: true, passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look, { capture: true });
      removeEventListener('resize', look);
    };
  }, [rows]);
  const from = Math.min(first, Math.max(0, rows.length - most));
  const shown = rows.slice(from, from + most);
  const below = rows.length - from - shown.length;
  return (
    <ul
      ref={list}
      class="list office-list office-windowed"
      aria-label={label}
      style={{ paddingTop: `${from * line}px`, paddingBottom: `${below * line}px` }}
    >
      {shown.map((row, i) => (
        <li key={id(row)} aria-setsize={rows.length} aria-posinset={from + i + 1}>
          {draw(row)}
        </li>
      ))}
    </ul>
  );
}
