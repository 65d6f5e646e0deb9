// An act with its answer on screen: recorded, or the problem that kept it off.

import { answered, problemWords } from '../ui/problem.ts';
import { tell } from '../ui/toast.tsx';
import type { Recorded } from './actions.ts';

export async function settle(act: Recorded, done: string): Promise<void> {
  const answer = await answered(act);
  if ('problem' in answer) tell(problemWords(answer.problem), { bad: true });
  else tell(done);
}
