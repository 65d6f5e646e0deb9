import type { Row } from '@gatehouse/sync/api';
import { pulse } from '../device/cue.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import type { App } from '../ui/context.ts';
import { numberOf } from '../ui/context.ts';
import { answered, problemWords } from '../ui/problem.ts';
import { clock } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { bringBack, leave, type Recorded } from './actions.ts';
import { whoWords } from './words.ts';

/** Being recorded: a glove taps twice before the row has gone. */
const leaving = new Set<string>();

/** Records the exit in one tap and says so, with the way to put a slip of the glove right. */
export async function leaveNow({ engine, duty }: App, row: Row): Promise<void> {
  const { inside } = saySignedIn();
  const done = inside.left(whoWords(row), clock(engine.now(), duty.zone));
  const undo = { label: inside.undo, act: () => putBack({ engine, duty }, row).catch(console.error) };
  if (leaving.has(row.id)) return;
  leaving.add(row.id);
  await settle(leave(engine, duty, row), done, undo);
  leaving.delete(row.id);
}

/** Enters again a visitor whose exit was recorded by mistake. */
export async function putBack({ engine, duty }: Pick<App, 'engine' | 'duty'>, row: Row): Promise<void> {
  const { page } = saySignedIn();
  const note = page.backNote(clock(numberOf(row, 'arrived') ?? row.at, duty.zone));
  await settle(bringBack(engine, duty, row, note), page.backDone);
}

/** Waits until an act is on disk, and says either that it is or why it is not; true when it is. */
export async function settle(
  act: Recorded,
  done: string,
  undo?: { readonly label: string; readonly act: () => void },
): Promise<boolean> {
  const answer = await answered(act);
  const bad = 'problem' in answer;
  pulse(bad);
  if (bad) tell(problemWords(answer.problem), { bad });
  else tell(done, undo ? { undo } : {});
  return !bad;
}
