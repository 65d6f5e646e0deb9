/** A browser for tests: databases in memory that outlive its tabs, and surroundings that the test holds in its hand. */

import 'fake-indexeddb/auto';
import { vi } from 'vitest';
import type { Engine, Status, Watch } from '../api.ts';
import type { Core } from '../core.ts';
import { openEngine } from '../engine.ts';
import type { Ports, Socket, SocketEvents } from '../ports.ts';
import type { DeviceSchema, OutboxOp, PersonSchema } from '../schema.ts';
import { createDevice, createPerson, DEVICE, personName } from '../schema.ts';
import { Store } from '../store.ts';
import { Time } from '../time.ts';
import { Transport } from '../transport.ts';
import { openRaw } from './databases.ts';
import { OPTIONS } from './options.ts';
import { id, type TestServer } from './server.ts';

export { OPTIONS };

export const SITE = id('site');
export const POST = id('post');

interface Lock {
  readonly name: string;
}

/** A socket as the engine opened it; the test speaks for the server. */
export interface OpenSocket {
  readonly sent: string[];
  readonly events: SocketEvents;
  closed: boolean;
}

const browsers = new WeakMap<Engine, Browser>();

export class Browser {
  databases = new IDBFactory();
  marker: string | null = null;
  online = true;
  readonly sockets: OpenSocket[] = [];
  readonly reports: unknown[] = [];
  /** What the device's wall clock is wrong by, ms. */
  skew = 0;
  readonly #server: TestServer;
  readonly #started = performance.now();
  readonly #heard = new Set<(message: unknown) => void>();
  readonly #timers = new Set<{ readonly due: number; readonly then: () => void }>();
  readonly #locked = new Set<string>();
  readonly #engines: Engine[] = [];
  /** Exchanges under the lock, of all tabs. */
  readonly rounds = { begun: 0, ended: 0 };
  #elapsed = 0;
  #wake: Set<() => void> = new Set();

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** Opens the app in one more tab. */
  async open(options = OPTIONS, change: Partial<Ports> = {}): Promise<Engine> {
    const engine = await openEngine(options, { ...this.ports(), ...change });
    this.#engines.push(engine);
    browsers.set(engine, this);
    return engine;
  }

  /** The insides of a tab without its loop, for tests of one step. */
  core(change: Partial<Ports> = {}): Core {
    const ports = { ...this.ports(), ...change };
    return {
      ports,
      options: OPTIONS,
      store: new Store(ports),
      time: new Time(ports),
      transport: new Transport(ports, () => undefined),
      memory: { sending: new Set(), token: null, grants: null, compared: null, gaveBack: null },
      exchange: () => import('../exchange.ts'),
    };
  }

  async shut(): Promise<void> {
    await Promise.all(this.#engines.splice(0).map((engine) => engine.close()));
  }

  /** Lets time pass: for the clocks of device and server, and for whoever waits. */
  pass(ms: number): void {
    this.#elapsed += ms;
    this.#server.now += ms;
    const due = [...this.#timers].filter((timer) => timer.due <= this.#mono());
    for (const timer of due) {
      this.#timers.delete(timer);
      timer.then();
    }
  }

  /** Lets time run on, fast, while `work` waits for something. */
  async passing<T>(work: () => Promise<T>): Promise<T> {
    const running = setInterval(() => this.pass(5_000), 5);
    try {
      return await work();
    } finally {
      clearInterval(running);
    }
  }

  /** The page is looked at again, or the network came back. */
  wake(): void {
    for (const then of [...this.#wake]) then();
  }

  ports(): Ports {
    return {
      wall: () => this.#server.now + this.skew,
      mono: () => this.#mono(),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      after: (ms, then) => {
        const timer = { due: this.#mono() + ms, then };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      fetch: async (path, init) => {
        if (!this.online) throw new TypeError('no network');
        return this.#server.fetch(path, init);
      },
      socket: (_path, events) => this.#socket(events),
      databases: this.databases,
      locks: { request: (name: string, ...rest: unknown[]) => this.#lock(name, rest) } as unknown as LockManager,
      channel: (_name, heard) => {
        this.#heard.add(heard);
        const post = (message: unknown) => {
          for (const other of this.#heard) if (other !== heard) queueMicrotask(() => other(structuredClone(message)));
        };
        return { post, close: () => this.#heard.delete(heard) };
      },
      marker: { get: () => this.marker, set: (text) => (this.marker = text) },
      storage: { persisted: async () => false, persist: async () => true },
      online: () => this.online,
      woken: (then) => {
        this.#wake.add(then);
        return () => this.#wake.delete(then);
      },
      report: (error) => this.reports.push(error),
    };
  }

  /** All rows of a store, read past the engine. */
  async ops(): Promise<OutboxOp[]> {
    const db = await openRaw<DeviceSchema>(this.databases, DEVICE, createDevice);
    const ops = await db.getAllFromIndex('ops', 'position');
    db.close();
    return ops;
  }

  async person(person: string) {
    return openRaw<PersonSchema>(this.databases, personName(person), createPerson);
  }

  /** Everything in every database, as one text. */
  async dump(): Promise<Record<string, string>> {
    const dumps: Record<string, string> = {};
    for (const { name = '' } of await this.databases.databases()) {
      // One that was deleted since it was listed must not come back by being opened.
      const db = await openRaw(this.databases, name, null).catch(() => null);
      if (db === null) continue;
      const stores = await Promise.all([...db.objectStoreNames].map(async (store) => [store, await db.getAll(store)]));
      dumps[name] = JSON.stringify(stores);
      db.close();
    }
    return dumps;
  }

  #mono(): number {
    return Math.round(this.#elapsed + this.#started);
  }

  async #lock(name: string, rest: unknown[]): Promise<unknown> {
    const work = rest.at(-1) as (lock: Lock | null) => Promise<unknown>;
    if (this.#locked.has(name)) return work(null);
    this.#locked.add(name);
    this.rounds.begun += 1;
    try {
      return await work({ name });
    } finally {
      this.#locked.delete(name);
      this.rounds.ended += 1;
    }
  }

  #socket(events: SocketEvents): Socket {
    const socket: OpenSocket = { sent: [], events, closed: false };
    this.sockets.push(socket);
    return { send: (text) => socket.sent.push(text), close: () => (socket.closed = true) };
  }
}

/** Waits until it no longer throws; long, for a machine that has other things to do. */
export function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: 15_000, interval: 10 });
}

/** Waits until the status is as wanted. */
export async function until(engine: Engine, such: (status: Status) => boolean): Promise<Status> {
  return eventually(() => {
    const status = engine.status.value;
    if (status === undefined || !such(status)) throw new Error(`status is ${JSON.stringify(status)}`);
    return status;
  });
}

/** Waits until nothing is left to send, and an exchange that began after that has ended. */
export async function drained(engine: Engine): Promise<void> {
  await until(engine, (status) => status.waiting === 0 && status.sending === 0 && status.syncedAt !== null);
  await exchanged(engine);
  await until(engine, (status) => status.waiting === 0 && status.sending === 0);
}

/** Asks for an exchange, and waits until one that began after now has ended, well or not. */
export async function exchanged(engine: Engine): Promise<void> {
  const rounds = browsers.get(engine)?.rounds ?? { begun: 0, ended: 0 };
  const { begun } = rounds;
  engine.syncNow();
  await eventually(() => {
    // Another tab held the lock just then; this one would try again in three seconds that nobody lets pass.
    if (rounds.begun <= begun) engine.syncNow();
    if (rounds.ended <= begun) throw new Error('still exchanging');
  });
  await quiet(engine);
}

/** Waits until the exchanges have come to rest. */
export async function quiet(engine: Engine): Promise<void> {
  const rounds = browsers.get(engine)?.rounds ?? { begun: 0, ended: 0 };
  for (let still = 0, last = -1; still < 3; still = rounds.ended === last && rounds.begun === last ? still + 1 : 0) {
    last = rounds.ended;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The value of a watch once it is as wanted. */
export async function watched<T>(watch: Watch<T>, such: (value: T) => boolean): Promise<T> {
  const values: T[] = [];
  const stop = watch.subscribe((value) => values.push(value));
  try {
    return await eventually(() => {
      const value = values.at(-1);
      if (value === undefined || !such(value)) throw new Error(`value is ${JSON.stringify(value)}`);
      return value;
    });
  } finally {
    stop();
  }
}

/** An arrival at the test's gate. */
export function arrival(name: string, plate?: string) {
  return {
    kind: 'visit.arrive',
    values: { site: SITE, post: POST, category: 'courier' },
    private: { name, ...(plate === undefined ? {} : { plate }) },
  };
}

/** Signs in, and fails loudly when that fails. */
export async function signedIn(engine: Engine, login: string): Promise<string> {
  const answer = await engine.signIn(login, 'a password');
  if ('problem' in answer) throw new Error(answer.problem.code);
  return answer.ok.person;
}

/** Records, and fails loudly when that fails. */
export async function acted(
  engine: Engine,
  act: Parameters<Engine['act']>[0],
): Promise<{ id: string; entity: string }> {
  const answer = await engine.act(act);
  if ('problem' in answer) throw new Error(`${answer.problem.code} ${answer.problem.detail ?? ''}`);
  return answer.ok;
}
