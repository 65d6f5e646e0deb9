/** When to exchange: after an act, when woken, by timer; one tab at a time where Web Locks exist. */

import { type Core, recall } from './core.ts';
import { Live } from './live.ts';
import { pull } from './pull.ts';
import { introduce, push } from './push.ts';
import { revoked, sessionEnded } from './session.ts';
import { OldAppError } from './store.ts';
import { DeniedError } from './token.ts';
import { NoAnswerError } from './transport.ts';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** Between looks with nothing to do: without the socket, and with it. */
const QUIET_MS = 30_000;
const LIVE_QUIET_MS = 60_000;
const LOCKED_RETRY_MS = 3_000;
/** A tab that holds the lock for longer is frozen; repeats are harmless, so the lock is only an optimisation. */
const LOCK_PATIENCE = 3;

export class Loop {
  readonly #core: Core;
  readonly #live: Live;
  readonly #done: () => void;
  readonly #fault: (error: unknown) => void;
  #failures = 0;
  #lockedOut = 0;
  #running = false;
  #again = false;
  #stopped = false;
  #cancelTimer: () => void = () => undefined;

  /** `done` hears that everything was exchanged, `fault` what only a newer app, or a person, can mend. */
  constructor(core: Core, done: () => void, fault: (error: unknown) => void) {
    this.#core = core;
    this.#done = done;
    this.#fault = fault;
    this.#live = new Live(core, () => this.wakeSoon(), fault);
  }

  /** Exchange now, however long the last failure asked to wait. */
  wake(): void {
    if (this.#stopped) return;
    this.#cancelTimer();
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  /** Exchange unless a failure's waiting time runs: a poke must not hammer a busy server. */
  wakeSoon(): void {
    if (this.#failures === 0) this.wake();
  }

  /** Someone else is here now: the socket of the one before goes at once. */
  hangUp(): void {
    this.#live.stop();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    this.#live.stop();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let wait = QUIET_MS;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      // Whatever goes wrong, it goes on: an exchange that ends for ever loses everything that comes after.
      wait = await this.#round().catch((error) => Math.max(LAST_RETRY_MS, this.#failed(error)));
    }
    this.#running = false;
    if (!this.#stopped) this.#cancelTimer = this.#core.ports.after(wait, () => this.wake());
  }

  /** One exchange; answers how long to wait for the next. */
  async #round(): Promise<number> {
    const { locks } = this.#core.ports;
    if (locks === undefined || this.#lockedOut >= LOCK_PATIENCE) return this.#exchange();
    const options = { ifAvailable: true };
    const waited: number | null = await locks.request('gatehouse-exchange', options, (lock) =>
      lock === null ? null : this.#exchange(),
    );
    if (waited !== null) return waited;
    this.#lockedOut += 1;
    return this.#jittered(LOCKED_RETRY_MS);
  }

  async #exchange(): Promise<number> {
    this.#lockedOut = 0;
    if ((await recall(this.#core, 'identity').catch(() => undefined)) === undefined) {
      return this.#jittered(LIVE_QUIET_MS);
    }
    // A push that fails holds up no pull, and the other way round.
    const faults = [
      await this.#attempt(push),
      await this.#attempt(pull),
      await this.#attempt(() => this.#live.ensure()),
    ];
    const failed = faults.filter((fault) => fault !== null);
    if (failed.length === 0) {
      this.#failures = 0;
      this.#done();
      return this.#jittered(this.#live.ready ? LIVE_QUIET_MS : QUIET_MS);
    }
    this.#failures += 1;
    const own = this.#jittered(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1)));
    return Math.max(own, this.#noSooner(Math.max(...failed)));
  }

  /** Null when it went well; else the least time to wait, ms. */
  async #attempt(verb: (core: Core) => Promise<void>): Promise<number | null> {
    try {
      await verb(this.#core);
      return null;
    } catch (error) {
      return error instanceof DeniedError ? this.#denied(error) : this.#failed(error);
    }
  }

  /** What follows from a denial is itself written down, which a full disk can refuse: it is tried like the rest. */
  async #denied({ code }: DeniedError): Promise<number | null> {
    if (code === 'device_revoked') return this.#attempt(revoked);
    if (code === 'session_ended') return this.#attempt(sessionEnded);
    if (code === 'unknown_device') return (await this.#attempt(introduce)) ?? 0;
    return 0;
  }

  #failed(error: unknown): number {
    if (error instanceof NoAnswerError) return error.retryAfter ?? 0;
    if (!this.#stopped) this.#fault(error);
    return error instanceof OldAppError ? LAST_RETRY_MS : 0;
  }

  /** What a server asks for is the least: up to half as much is added, so that those it sent away come back apart. */
  #noSooner(ms: number): number {
    return Math.round(0.75 * ms + this.#jittered(ms) / 2);
  }

  /** Half to one and a half times: a fleet that lost its server does not come back as one. */
  #jittered(ms: number): number {
    const [low = 0, high = 0] = this.#core.ports.random(2);
    return Math.round(ms * (0.5 + (low + 256 * high) / 65_536));
  }
}
