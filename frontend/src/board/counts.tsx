import { useId } from 'preact/hooks';
import { sayBoard } from '../messages/board/index.ts';
import { COUNTS, type Count } from './queries.ts';

interface CountsProps {
  numbers: Readonly<Record<Count, number>>;
  value: Count | '';
  onPick: (count: Count | '') => void;
}

/** The whole board in numbers; each shows its people alone when it is tapped. */
export function Counts({ numbers, value, onPick }: CountsProps) {
  const words = sayBoard();
  const name = useId();
  const all = COUNTS.reduce((sum, count) => sum + numbers[count], 0);
  const chip = (count: Count | '', number: number, word: string) => (
    <label key={count} class="chip">
      <input type="radio" name={name} checked={value === count} onChange={() => onPick(count)} />
      <span>
        <strong class="board-number">{number}</strong>
        <span class="small">{word}</span>
      </span>
    </label>
  );
  return (
    <div class="board-counts" role="radiogroup" aria-label={words.filter}>
      {chip('', all, words.all)}
      {COUNTS.map((count) => chip(count, numbers[count], words.count[count]))}
    </div>
  );
}
