import { useCallback, useState } from 'preact/hooks';
import { useApp, useNow } from '../ui/context.ts';
import { SwapCard } from './card.tsx';
import { byDeadline, type Case, caseOf, type Desk, swapWith } from './queries.ts';

/** Swaps answered since the screen was opened: they stay where they are, so that no other card slides under the thumb. */
export function useAnswered(): [ReadonlySet<string>, (swap: string) => void] {
  const [here, stay] = useState<ReadonlySet<string>>(new Set());
  const add = useCallback((swap: string) => stay((before) => new Set([...before, swap])), []);
  return [here, add];
}

interface CardsProps {
  desk: Desk;
  cases: readonly Case[];
  answered: ReadonlySet<string>;
  onMove: (swap: string) => void;
}

export function Cards({ desk, cases, answered, onMove }: CardsProps) {
  const { engine, who, standing } = useApp();
  const now = useNow(engine);
  const kept = [...answered]
    .map((id) => swapWith(desk, id))
    .filter((swap) => swap !== null)
    .map((swap) => caseOf(desk, swap, who.person, standing, now));
  const all = byDeadline([...cases.filter(({ swap }) => !answered.has(swap.id)), ...kept]);
  if (all.length === 0) return null;
  return (
    <ul class="cards">
      {all.map((matter) => (
        <li key={matter.swap.id}>
          <SwapCard matter={matter} names={desk.names} onMove={onMove} />
        </li>
      ))}
    </ul>
  );
}
