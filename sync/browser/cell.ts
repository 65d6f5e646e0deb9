/** Values that are watched. */

import type { Watch } from './api.ts';

/** A value set from outside. */
export class Cell<T> implements Watch<T> {
  readonly #subscribers = new Set<(value: T) => void>();
  readonly #busy: ((watched: boolean) => void) | undefined;
  #value: T | undefined;

  /** `busy` hears when the first subscriber comes and the last one goes. */
  constructor(busy?: (watched: boolean) => void) {
    this.#busy = busy;
  }

  get value(): T | undefined {
    return this.#value;
  }

  get watched(): boolean {
    return this.#subscribers.size > 0;
  }

  set(value: T): void {
    this.#value = value;
    for (const subscriber of [...this.#subscribers]) subscriber(value);
  }

  /** Forgets the value; nobody is told, for there is nothing to show. */
  clear(): void {
    this.#value = undefined;
  }

  subscribe(changed: (value: T) => void): () => void {
    // A wrapper of its own: the same function may subscribe twice.
    const subscriber = (value: T) => changed(value);
    this.#subscribers.add(subscriber);
    if (this.#subscribers.size === 1) this.#busy?.(true);
    if (this.#value !== undefined) changed(this.#value);
    return () => {
      if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) this.#busy?.(false);
    };
  }
}

/** Runs `work` again when it was asked for meanwhile, but never twice at a time. */
export class Coalesced {
  readonly #work: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #running = false;
  #again = false;

  constructor(work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  ask(): void {
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      await this.#work().catch(this.#failed);
    }
    this.#running = false;
  }
}
