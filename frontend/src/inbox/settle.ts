import { pulse } from '../device/cue.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { answered, problemWords } from '../ui/problem.ts';
import { tell } from '../ui/toast.tsx';
import type { dismiss } from './actions.ts';

/** Waits until an act is on disk, and says either that it is or why it is not. */
export async function settle(
  recorded: ReturnType<typeof dismiss>,
  done: string = saySignedIn().inbox.settled,
): Promise<void> {
  const answer = await answered(recorded);
  const bad = 'problem' in answer;
  pulse(bad);
  tell(bad ? problemWords(answer.problem) : done, { bad });
}
