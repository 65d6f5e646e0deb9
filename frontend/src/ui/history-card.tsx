import { sayHistory } from '../messages/history/index.ts';
import type { HistoryProps } from './history.tsx';

export function HistoryCard(_props: HistoryProps) {
  return (
    <section class="card">
      <h2>{sayHistory().title}</h2>
    </section>
  );
}
