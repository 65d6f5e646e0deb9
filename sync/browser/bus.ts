/** Tells who watches, in this tab and in the others, which tables changed. */

import type { Channel, Ports } from './ports.ts';

/** `rows:<kind>`, `ops` (the outbox), `recorded` (an act waits to be sent), `who` (identity, session, people). */
export type Topic = `rows:${string}` | 'ops' | 'recorded' | 'who';

export class Bus {
  readonly #listeners = new Set<(topics: readonly Topic[]) => void>();
  readonly #channel: Channel;

  constructor(ports: Ports) {
    this.#channel = ports.channel('gatehouse', (topics) => {
      if (Array.isArray(topics)) this.#hear(topics as Topic[]);
    });
  }

  tell(topics: Iterable<Topic>): void {
    const list = [...new Set(topics)];
    if (list.length === 0) return;
    this.#hear(list);
    this.#channel.post(list);
  }

  /** For what only this tab can know. */
  tellHere(topic: Topic): void {
    this.#hear([topic]);
  }

  listen(heard: (topics: readonly Topic[]) => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  close(): void {
    this.#listeners.clear();
    this.#channel.close();
  }

  #hear(topics: readonly Topic[]): void {
    for (const listener of [...this.#listeners]) listener(topics);
  }
}
