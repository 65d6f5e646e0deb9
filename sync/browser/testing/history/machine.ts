/** A browser of a history: its disk, its network, its clock, and tabs that can be killed. */

import type { Engine } from '../../api.ts';
import { openEngine } from '../../engine.ts';
import type { Ports } from '../../ports.ts';
import { OPTIONS } from '../options.ts';
import type { Dice } from './dice.ts';
import { Disk, mounted, type Owner } from './disk.ts';
import { Network } from './network.ts';
import type { World } from './world.ts';

/** What a person did here that the app said was recorded. */
export interface Recorded {
  readonly op: string;
  readonly person: string;
  readonly kind: string;
}

type Reports = { readonly where: string; readonly what: string }[];

export class Machine {
  readonly disk = new Disk();
  readonly network: Network;
  /** What the wall clock is wrong by, ms. */
  skew = 0;
  marker: string | null = null;
  tabs: Tab[] = [];
  recorded: Recorded[] = [];
  /** Faults of the app's own that it reported. */
  readonly reports: Reports = [];
  readonly channels = new Map<(message: unknown) => void, Tab>();
  readonly locks = new Map<string, Tab>();
  readonly wakers = new Map<() => void, Tab>();
  readonly world: World;
  readonly name: string;
  readonly #dice: Dice;

  constructor(world: World, dice: Dice, proxy: string, name: string) {
    this.world = world;
    this.name = name;
    this.#dice = dice;
    this.network = new Network(world, dice, proxy);
  }

  get tab(): Tab | undefined {
    return this.tabs.find((tab) => tab.alive);
  }

  /** Opens the app in one more tab; undefined when it was killed on the way. */
  async open(dieAfter = Number.POSITIVE_INFINITY): Promise<Tab | undefined> {
    const tab = new Tab(this, this.#dice, dieAfter);
    this.tabs.push(tab);
    await tab.open();
    await this.world.settle();
    return tab.alive ? tab : undefined;
  }

  kill(): void {
    for (const tab of this.tabs) tab.kill();
    this.tabs = [];
    this.network.hangUp();
  }

  /** The network is back, or gone, and the browser knows. */
  wake(): void {
    for (const then of [...this.wakers.keys()]) then();
  }
}

export class Tab implements Owner {
  alive = true;
  engine!: Engine;
  readonly running = new Set<IDBTransaction>();
  /** After so many steps of its databases it is killed. */
  dieAfter: number;
  readonly #machine: Machine;
  readonly #dice: Dice;
  readonly #started: number;
  readonly #ways: (() => void)[] = [];
  #died!: () => void;
  readonly #death = new Promise<null>((resolve) => {
    this.#died = () => resolve(null);
  });

  constructor(machine: Machine, dice: Dice, dieAfter: number) {
    this.#machine = machine;
    this.#dice = dice;
    this.dieAfter = dieAfter;
    this.#started = machine.world.now;
  }

  get disk(): Disk {
    return this.#machine.disk;
  }

  async open(): Promise<void> {
    const opened = await this.outlived(openEngine(OPTIONS, this.#ports()));
    if (opened !== null) this.engine = opened;
  }

  /** What `work` gives, or null when the tab died before. */
  async outlived<T>(work: Promise<T>): Promise<T | null> {
    // Whoever died has nobody to complain to.
    const orNull = work.catch((error) => {
      if (!this.alive) return null;
      throw error;
    });
    return this.#machine.world.during(Promise.race([orNull, this.#death]));
  }

  begin(): () => void {
    return this.#machine.world.begin();
  }

  step(what: string): void {
    const { world, name } = this.#machine;
    world.touch();
    this.dieAfter -= 1;
    if (this.dieAfter > 0 || !this.alive) return;
    world.saw(`killed_at_${what}`);
    world.tell(`${name}: a tab is killed at a ${what}`);
    this.kill();
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const tx of this.running) {
      try {
        tx.abort();
      } catch {
        // It is committed already.
      }
    }
    for (const way of this.#ways) way();
    for (const held of [this.#machine.channels, this.#machine.wakers]) {
      for (const [key, tab] of held) if (tab === this) (held as Map<unknown, Tab>).delete(key);
    }
    for (const [name, tab] of this.#machine.locks) if (tab === this) this.#machine.locks.delete(name);
    this.#machine.tabs = this.#machine.tabs.filter((tab) => tab !== this);
    this.#died();
  }

  #ports(): Ports {
    const machine = this.#machine;
    const { world, network } = machine;
    const dice = this.#dice;
    return {
      wall: () => world.now + machine.skew,
      mono: () => world.now - this.#started,
      random: (bytes) => Uint8Array.from({ length: bytes }, () => dice.int(0, 255)),
      after: (ms, then) => {
        if (!this.alive) return () => undefined;
        const off = world.after(ms, then);
        this.#ways.push(off);
        return off;
      },
      fetch: (path, init) => (this.alive ? network.fetch(path, init) : new Promise(() => undefined)),
      socket: (path, events) => {
        if (!this.alive) return { send: () => undefined, close: () => undefined };
        const socket = network.socket(path, events);
        this.#ways.push(() => socket.close());
        return socket;
      },
      databases: mounted(this),
      locks: { request: (name: string, ...rest: unknown[]) => this.#lock(name, rest) } as unknown as LockManager,
      channel: (_name, heard) => {
        machine.channels.set(heard, this);
        const post = (message: unknown) => {
          for (const [other, tab] of machine.channels) {
            if (other !== heard && this.alive && tab.alive) queueMicrotask(() => other(structuredClone(message)));
          }
        };
        return { post, close: () => machine.channels.delete(heard) };
      },
      marker: {
        get: () => machine.marker,
        set: (text) => {
          if (this.alive) machine.marker = text;
        },
      },
      storage: { persisted: async () => false, persist: async () => true },
      online: () => network.partition !== 'radio',
      woken: (then) => {
        machine.wakers.set(then, this);
        return () => machine.wakers.delete(then);
      },
      report: (error) => {
        if (this.alive) machine.reports.push({ where: machine.name, what: String((error as Error)?.stack ?? error) });
      },
    };
  }

  async #lock(name: string, rest: unknown[]): Promise<unknown> {
    const { locks } = this.#machine;
    const work = rest.at(-1) as (lock: object | null) => Promise<unknown>;
    if (!this.alive) return new Promise(() => undefined);
    if (locks.has(name)) return work(null);
    locks.set(name, this);
    try {
      return await work({ name });
    } finally {
      if (locks.get(name) === this) locks.delete(name);
    }
  }
}
