/** A person's own acts on this device: which of them the view still replays (PROTOCOL 5.4, 8.6). */

import type { Core } from './core.ts';
import { type Head, known, NO_AUTH, type Op, type Values } from './ops.ts';
import type { KeptPrivate, Mark, OutboxOp } from './schema.ts';

export interface Own {
  readonly op: Op;
  readonly out: OutboxOp;
  readonly replays: boolean;
}

/** Whether the confirmed rows may lack what this op did. */
export function replays(op: OutboxOp, mark: Mark | undefined): boolean {
  if (op.d === 'parked') return true;
  if (op.d === 'refused' || op.d === 'returned') return false;
  return mark === undefined || op.gen > mark.gen || (op.gen === mark.gen && op.n > mark.n);
}

/** Reads a person's acts in chain order. Decoded ops are kept by id: an op never changes. */
export class OwnActs {
  readonly #core: Core;
  readonly #decoded = new Map<string, Op>();

  constructor(core: Core) {
    this.#core = core;
  }

  async of(person: string): Promise<Own[]> {
    const { store } = this.#core;
    const db = await store.person(person);
    // The mark first: an act decided in between is then replayed once too often, never too seldom.
    const mark = await db.get('mark', 'mark');
    const found = await (await store.device()).getAllFromIndex('ops', 'actor', person);
    const own: Own[] = [];
    for (const out of found.sort((a, b) => a.gen - b.gen || a.n - b.n)) {
      const replayed = replays(out, mark);
      const cached = this.#decoded.get(out.id);
      const whole = cached !== undefined && (cached.private !== null || cached.head.com === null);
      const shown = replayed || out.d === 'refused' || out.d === 'returned';
      const text = whole || !shown ? undefined : (out.private ?? (await db.get('kept', out.id))?.private);
      const op = whole ? cached : await this.#decode(out, text);
      // Kinds that come with the exchange may not be known yet.
      const readable = known(op.head) !== undefined;
      if (readable) this.#decoded.set(out.id, op);
      own.push({ op, out, replays: replayed && readable });
    }
    return own;
  }

  /** What people recorded here without signing in. No row of it ever comes to a kiosk, so all of it is replayed. */
  async unsigned(): Promise<Own[]> {
    const found = await (await this.#core.store.device()).getAllFromIndex('ops', 'position');
    const own: Own[] = [];
    for (const out of found) {
      const op = this.#decoded.get(out.id) ?? (await this.#decode(out, undefined));
      if (op.head.auth !== NO_AUTH) continue;
      this.#decoded.set(out.id, op);
      own.push({ op, out, replays: out.d !== 'refused' && out.d !== 'returned' });
    }
    return own;
  }

  /** The act as this app reads it: an older app may have written it, and after a step back a newer one. */
  async #decode(out: OutboxOp, text: KeptPrivate['private'] | undefined): Promise<Op> {
    const head = JSON.parse(out.head) as Head;
    const op = { head, private: text === undefined ? null : (JSON.parse(text) as Values) };
    const kind = known(head);
    return kind?.upcasts?.[head.kv - 1] === undefined ? op : (await this.#core.exchange()).upcast(op, kind);
  }

  /** Forgets what it decoded: the person went. */
  clear(): void {
    this.#decoded.clear();
  }
}
