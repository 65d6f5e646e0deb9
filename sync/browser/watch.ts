/** Reads that follow what they read: again when rows or own acts change, never showing one person's to another. */

import type { View, Watch, Who } from './api.ts';
import type { Topic } from './bus.ts';
import { Cell, Coalesced } from './cell.ts';
import type { Core } from './core.ts';
import type { OwnActs } from './own.ts';
import { openView } from './view.ts';

/** Who reads later gets a view of a later time: rows are shaded and dropped by it. */
const TOGETHER_MS = 250;

/** One view for all who read at the same time: what it prepares is the same for each. */
export class Views {
  readonly #core: Core;
  readonly #acts: OwnActs;
  #open: { readonly person: string | null; readonly at: number; readonly view: Promise<View> } | undefined;

  constructor(core: Core, acts: OwnActs) {
    this.#core = core;
    this.#acts = acts;
    core.store.bus.listen(() => this.stale());
  }

  /** The view of a person; of the device itself with null. */
  of(person: string | null): Promise<View> {
    const at = this.#core.ports.mono();
    if (this.#open?.person !== person || at - this.#open.at > TOGETHER_MS) {
      const view = openView(this.#core, person, this.#acts);
      const open = { person, at, view };
      this.#open = open;
      view.catch(() => this.#open === open && this.stale());
    }
    return this.#open.view;
  }

  /** Something changed: the next reader opens a view of its own. */
  stale(): void {
    this.#open = undefined;
  }
}

/** A watch that reads while somebody subscribes to it: as whoever is signed in, or the device's own rows with no `who`. */
export function watching<T>(
  core: Core,
  views: Views,
  who: Watch<Who | null> | null,
  topics: ReadonlySet<Topic>,
  read: (view: View) => Promise<T>,
  failed: (error: unknown) => void,
): Watch<T> {
  let stop: () => void = () => undefined;
  const cell: Cell<T> = new Cell((watched) => (watched ? begin() : stop()));
  const reader = () => (who === null ? null : who.value?.person);
  const reading = new Coalesced(async () => {
    const person = reader();
    if (!cell.watched) return;
    const value = await read(person === undefined ? NOBODY : await views.of(person));
    // Somebody else may have signed in while it read.
    if (reader() === person) cell.set(value);
    else reading.ask();
  }, failed);

  function begin(): void {
    const deaf = core.store.bus.listen((heard) => heard.some((topic) => topics.has(topic)) && reading.ask());
    const alone = who?.subscribe(() => {
      cell.clear();
      reading.ask();
    });
    stop = () => {
      deaf();
      alone?.();
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
  scopes: () => [],
  ownActs: () => [],
};
