/**
 * Time for every device and for the server, moved by hand. It stands still while anything runs: a request on its way,
 * a transaction, a signature. So hours pass in milliseconds, and a timer never overtakes an answer.
 */

import { openSync, writeSync } from 'node:fs';

interface Timer {
  readonly due: number;
  readonly then: () => void;
}

/** How long real time may go by with something running, ms: more is a history that hangs. */
const PATIENCE_MS = 60_000;
/** Turns of Node's loop without anything, after which nothing runs. */
const STILL = 5;

export class World {
  /** True time, UTC ms: the server's clock. */
  now: number;
  /** What happened, for whoever has to understand a failure. */
  readonly story: string[] = [];
  /** How often each fault and each deed came about. */
  readonly seen = new Map<string, number>();
  #timers: Timer[] = [];
  #busy = 0;
  #touched = 0;
  /** Answers of the server, and how many of them had come when it was last still. */
  #answers = 0;
  #heard = 0;
  readonly #clock: number;

  /** `clock` is the file from which the server reads the time. */
  constructor(clock: string, start: number) {
    this.#clock = openSync(clock, 'r+');
    this.now = start;
    this.#show();
  }

  tell(what: string): void {
    this.story.push(`${new Date(this.now).toISOString().slice(5, 23)} ${what}`);
  }

  saw(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  after(ms: number, then: () => void): () => void {
    const timer = { due: this.now + Math.max(0, ms), then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Something moved: it is not still yet. */
  touch(): void {
    this.#touched += 1;
  }

  /** Begins something that time waits for; the answer ends it. */
  begin(): () => void {
    this.#busy += 1;
    this.touch();
    let over = false;
    return () => {
      if (!over) this.#busy -= 1;
      over = true;
      this.touch();
    };
  }

  async counted<T>(work: Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work;
    } finally {
      end();
    }
  }

  /** Waits until nothing runs. */
  async settle(): Promise<void> {
    const since = performance.now();
    for (;;) {
      while (!(await this.#still(since)));
      if (this.#heard === this.#answers) return;
      this.#heard = this.#answers;
      // What the server says unasked, over its sockets, comes a moment after the answer that it follows from.
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }

  /** Lets real time go by, ms, and waits for what comes of it; the clocks stand still. */
  async linger(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.settle();
  }

  /** The server spoke. */
  answered(): void {
    this.#answers += 1;
  }

  async #still(since: number): Promise<boolean> {
    const before = this.#touched;
    for (let turns = 0; turns < STILL; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#busy > 0) {
        if (performance.now() - since > PATIENCE_MS) throw new Error(`${this.#busy} things never came to an end`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    return this.#touched === before;
  }

  /** Lets time pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await this.settle();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.due > until) break;
      await this.#fire(next);
    }
    this.#move(until);
    await this.settle();
  }

  /** Everybody sleeps: time goes by at once, and timers that came due go off together. */
  async sleep(ms: number): Promise<void> {
    await this.settle();
    this.#move(this.now + ms);
    for (let next = this.#next(); next !== undefined && next.due < this.now; next = this.#next())
      await this.#fire(next);
    await this.settle();
  }

  /** Lets time pass while `work` waits for something. */
  async during<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    watched.catch(() => undefined);
    const until = this.now + 120_000;
    for (await this.settle(); !done && this.now < until; await this.settle()) {
      const next = this.#next();
      if (next === undefined) break;
      await this.#fire(next);
    }
    if (!done) throw new Error('two minutes went by without an answer');
    return watched;
  }

  #next(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.due < first.due ? timer : first),
      undefined,
    );
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.#move(Math.max(this.now, timer.due));
    timer.then();
    await this.settle();
  }

  #move(to: number): void {
    this.now = Math.max(this.now, Math.round(to));
    this.#show();
  }

  #show(): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(this.now));
    writeSync(this.#clock, bytes, 0, 8, 0);
  }
}

/** Makes time wait for WebCrypto, which works in threads of its own. */
export function countCrypto(world: () => World): void {
  const subtle = Object.getPrototypeOf(crypto.subtle) as Record<string, (...given: unknown[]) => Promise<unknown>>;
  for (const name of [
    'sign',
    'verify',
    'generateKey',
    'importKey',
    'exportKey',
    'deriveBits',
    'deriveKey',
    'encrypt',
  ]) {
    const real = subtle[name];
    if (real === undefined) continue;
    subtle[name] = function (this: SubtleCrypto, ...given: unknown[]) {
      return world().counted(real.apply(this, given));
    };
  }
}
