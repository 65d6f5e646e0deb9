import { pulse } from '../device/cue.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import type { App } from '../ui/context.ts';
import { answered, problemWords } from '../ui/problem.ts';
import { tell } from '../ui/toast.tsx';
import { accept, approve, decline, type Recorded, reject, withdraw } from './actions.ts';
import type { Move } from './moves.ts';

/** Waits until an act is on disk, and says either that it is or why it is not; true when it is. */
export async function settle(act: Recorded, done: string): Promise<boolean> {
  const answer = await answered(act);
  const bad = 'problem' in answer;
  pulse(bad);
  tell(bad ? problemWords(answer.problem) : done, { bad });
  return !bad;
}

/** Being recorded: a second tap comes before the card has changed. */
const answering = new Set<string>();

/** Makes a move; a rejection is made by its sheet, with the reason. */
export async function moveNow({ engine }: Pick<App, 'engine'>, swap: string, move: Move, note = ''): Promise<boolean> {
  if (answering.has(swap)) return false;
  answering.add(swap);
  const acts = { accept, decline, withdraw };
  const act =
    move === 'reject' || move === 'approve' ? { reject, approve }[move](engine, swap, note) : acts[move](engine, swap);
  try {
    return await settle(act, saySwaps().done[move]);
  } finally {
    answering.delete(swap);
  }
}
