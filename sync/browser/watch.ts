/** Reads that follow what they read: again when rows or own acts change, never showing one person's to another. */

import type { View, Watch, Who } from './api.ts';
import type { Topic } from './bus.ts';
import { Cell, Coalesced } from './cell.ts';
import type { Core } from './core.ts';
import type { OwnActs } from './own.ts';
import { openView } from './view.ts';

/** A watch that reads while somebody subscribes to it. */
export function watching<T>(
  core: Core,
  acts: OwnActs,
  who: Watch<Who | null>,
  topics: ReadonlySet<Topic>,
  read: (view: View) => Promise<T>,
  failed: (error: unknown) => void,
): Watch<T> {
  let stop: () => void = () => undefined;
  const cell: Cell<T> = new Cell((watched) => (watched ? begin() : stop()));
  const reading = new Coalesced(async () => {
    const person = who.value?.person;
    if (!cell.watched) return;
    const value = await read(person === undefined ? NOBODY : await openView(core, person, acts));
    // Somebody else may have signed in while it read.
    if (who.value?.person === person) cell.set(value);
    else reading.ask();
  }, failed);

  function begin(): void {
    const deaf = core.store.bus.listen((heard) => heard.some((topic) => topics.has(topic)) && reading.ask());
    const alone = who.subscribe(() => {
      cell.clear();
      reading.ask();
    });
    stop = () => {
      deaf();
      alone();
      cell.clear();
    };
    reading.ask();
  }
  return cell;
}

/** With nobody signed in there is nothing to see. */
const NOBODY: View = {
  get: async () => undefined,
  list: async () => [],
  all: async () => [],
  search: async () => [],
  state: () => undefined,
  ownActs: () => [],
};
