/** The engine: everything behind `api.ts`, put together. */

import type {
  Act,
  Answer,
  Effects,
  Engine,
  EngineOptions,
  FileAsked,
  FileGiven,
  History,
  Json,
  Kiosk,
  Known,
  NewPassword,
  Planned,
  Reading,
  SignInCode,
  Status,
  View,
  Watch,
  Who,
} from './api.ts';
import type { Topic } from './bus.ts';
import { Cell, Coalesced } from './cell.ts';
import { type Core, type Exchange, recall } from './core.ts';
import { opKind } from './entities.ts';
import type { Loop } from './loop.ts';
import { outOfRoom, record } from './outbox.ts';
import { OwnActs } from './own.ts';
import type { Ports } from './ports.ts';
import { noteEnd, readKiosk, readKnown, readStatus, readWho, type Signs, storageLost } from './status.ts';
import { lostConnection, OldAppError, Store } from './store.ts';
import { Time } from './time.ts';
import { Transport } from './transport.ts';
import { Views, watching } from './watch.ts';

const HOUSE_MS = 3_600_000;
/** Between tries to load the exchange: only a first visit that loses the network at once ever needs a second. */
const RELOAD_MS = 3_000;

/** Opens the databases of this browser and begins to exchange. */
export async function openEngine(options: EngineOptions, ports: Ports): Promise<Engine> {
  const running = new Running(options, ports);
  await running.start();
  return running;
}

class Running implements Engine {
  readonly status = new Cell<Status>();
  readonly who = new Cell<Who | null>();
  readonly known = new Cell<readonly Known[]>();
  readonly kiosk = new Cell<Kiosk | null>();
  readonly #core: Core;
  #loop: Loop | undefined;
  #exchange: Promise<Exchange> | undefined;
  readonly #acts: OwnActs;
  readonly #views: Views;
  readonly #signs: Signs;
  readonly #refresh: Coalesced;
  readonly #ways: (() => void)[] = [];
  #untidy: () => void = () => undefined;
  #closed = false;
  #whoChanged = true;

  constructor(options: EngineOptions, ports: Ports) {
    const network = ports.online() ? 'connecting' : 'offline';
    const storageFull = { act: false, exchange: false };
    this.#signs = { network, oldApp: false, storageFull, storageLost: false, needsYou: 0 };
    this.#core = {
      ports,
      options,
      store: new Store(ports),
      time: new Time(ports),
      transport: new Transport(ports, (answered) => this.#heard(answered)),
      memory: { sending: new Set(), token: null, grants: null, compared: null, gaveBack: null },
      exchange: () => this.#loadExchange(),
    };
    this.#acts = new OwnActs(this.#core);
    this.#views = new Views(this.#core, this.#acts);
    this.#refresh = new Coalesced(
      () => this.#read(),
      (error) => this.#fault(error),
    );
  }

  async start(): Promise<void> {
    const { store, time, ports } = this.#core;
    try {
      await time.load(store);
      this.#signs.storageLost = await storageLost(this.#core);
    } catch (error) {
      this.#fault(error);
    }
    this.#ways.push(store.bus.listen((topics) => this.#changed(topics)));
    this.#ways.push(ports.woken(() => this.#woken()));
    const needs = this.watch(['notice'], async (view) => {
      const notices = await view.all('notice');
      return notices.filter((row) => row.f['state'] === 'open').length;
    });
    this.#ways.push(
      needs.subscribe((count) => {
        this.#signs.needsYou = count;
        this.#refresh.ask();
      }),
    );
    await this.#read().catch((error) => this.#fault(error));
    this.#tidy();
    this.#wake();
  }

  async signIn(login: string, password: string, org?: string): Promise<Answer<Who>> {
    const answer = await this.#ask((exchange) =>
      exchange.signIn(this.#core, { login, password, ...(org === undefined ? {} : { org }) }),
    );
    if ('ok' in answer) {
      this.#signs.storageLost = false;
      await this.#read();
      this.#wake();
    }
    return answer;
  }

  async signOut(): Promise<void> {
    const { signOut } = await this.#loadExchange();
    await signOut(this.#core);
    await this.#read();
    this.#wake();
  }

  async act(act: Act): Promise<Answer<{ readonly id: string; readonly entity: string }>> {
    const person = this.who.value?.person;
    if (person === undefined) return { problem: { code: 'signed_out' } };
    if (opKind(act.kind) === undefined) await this.#loadExchange().catch(() => null);
    return this.#recorded(record(this.#core, act, { person }));
  }

  async actFor(person: string, act: Act): Promise<Answer<{ readonly id: string; readonly entity: string }>> {
    return this.#recorded(record(this.#core, act, { person, unsigned: true }));
  }

  async #recorded(recording: ReturnType<typeof record>): ReturnType<typeof record> {
    const answer = await recording;
    const full = 'problem' in answer && answer.problem.code === 'storage_full';
    if (full !== this.#signs.storageFull.act) {
      this.#signs.storageFull.act = full;
      this.#refresh.ask();
    }
    return answer;
  }

  watch<T>(kinds: readonly string[], read: (view: View) => Promise<T>): Watch<T> {
    const topics = new Set<Topic>([...kinds.map((kind): Topic => `rows:${kind}`), 'rows:notice', 'ops']);
    return watching(this.#core, this.#views, this.who, topics, read, (error) => this.#fault(error));
  }

  watchPost<T>(kinds: readonly string[], read: (view: View) => Promise<T>): Watch<T> {
    const topics = new Set<Topic>([...kinds.map((kind): Topic => `rows:${kind}`), 'ops']);
    return watching(this.#core, this.#views, null, topics, read, (error) => this.#fault(error));
  }

  history(entity: string): Promise<Answer<History>> {
    return this.#ask((exchange) => exchange.history(this.#core, entity));
  }

  setPassword(given: NewPassword): Promise<Answer<{ readonly org: string }>> {
    return this.#ask((exchange) => exchange.setPassword(this.#core, given));
  }

  makeCode(person: string): Promise<Answer<SignInCode>> {
    return this.#ask((exchange) => exchange.makeCode(this.#core, person));
  }

  effects(planned: Planned): Promise<Answer<Effects>> {
    return this.#ask((exchange) => exchange.effects(this.#core, planned));
  }

  online<T>(path: string, body: Json, read: Reading<T>): Promise<Answer<T>> {
    return this.#ask((exchange) => exchange.online(this.#core, path, body, read));
  }

  async file(path: string, asked: FileAsked): Promise<Answer<FileGiven>> {
    const exchange = await this.#loadExchange().catch(() => null);
    return exchange === null ? { problem: { code: 'unreachable' } } : exchange.file(this.#core, path, asked);
  }

  syncNow(): void {
    this.#core.memory.compared = null;
    this.#wake();
  }

  now(): number {
    return this.#core.time.now();
  }

  readonly drafts = {
    get: async (key: string): Promise<Json | undefined> => (await this.#mine())?.get('drafts', key),
    put: async (key: string, value: Json): Promise<void> => {
      await (await this.#mine())?.put('drafts', value, key);
    },
    delete: async (key: string): Promise<void> => {
      await (await this.#mine())?.delete('drafts', key);
    },
  };

  async persist(): Promise<boolean> {
    const granted = await this.#core.ports.storage.persist();
    this.#refresh.ask();
    return granted;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#loop?.stop();
    this.#untidy();
    for (const way of this.#ways) way();
    this.#core.store.close();
  }

  /** The database of the person signed in. */
  async #mine() {
    const session = await recall(this.#core, 'session');
    return session === undefined ? undefined : this.#core.store.person(session.person);
  }

  #changed(topics: readonly Topic[]): void {
    const who = topics.includes('who') || topics.includes('rows:kiosk');
    if (who) this.#whoChanged = true;
    if (who || topics.includes('ops')) this.#refresh.ask();
    if (topics.includes('recorded')) this.#wake();
  }

  #woken(): void {
    // What was said on a line that went away may never come, and the socket would not know for 45 s.
    if (!this.#core.ports.online()) this.#loop?.hangUp();
    this.#heardOf(this.#core.ports.online() ? this.#signs.network : 'offline');
    this.#wake();
  }

  #heard(answered: boolean): void {
    this.#heardOf(answered ? 'online' : 'offline');
  }

  #heardOf(network: Status['network']): void {
    if (this.#signs.network === network) return;
    this.#signs.network = network;
    this.#refresh.ask();
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    if (this.#whoChanged) {
      this.#whoChanged = false;
      await this.#readWho();
    }
    this.status.set(await readStatus(this.#core, this.#signs));
    await noteEnd(this.#core);
  }

  async #readWho(): Promise<void> {
    const who = await readWho(this.#core);
    const before = this.who.value;
    if (before === undefined || before?.person !== who?.person || before?.device !== who?.device) {
      this.#acts.clear();
      this.#views.stale();
      this.#loop?.hangUp();
      if (who !== null) this.#core.store.welcome(who.person);
      this.who.set(who);
    }
    this.kiosk.set(await readKiosk(this.#core));
    this.known.set(await readKnown(this.#core));
  }

  #wake(): void {
    if (this.#loop !== undefined) this.#loop.wake();
    else void this.#begin();
  }

  async #begin(): Promise<void> {
    try {
      const { Loop } = await this.#loadExchange();
      if (this.#closed) return;
      this.#loop ??= new Loop(
        this.#core,
        () => this.#exchanged(),
        (error) => this.#fault(error),
      );
      this.#loop.wake();
    } catch {
      if (!this.#closed) this.#ways.push(this.#core.ports.after(RELOAD_MS, () => this.#wake()));
    }
  }

  /** All was exchanged, and written down: there is room again. */
  #exchanged(): void {
    this.#signs.storageFull.exchange = false;
    this.#refresh.ask();
  }

  /** Something that the server alone can answer. */
  async #ask<T>(ask: (exchange: Exchange) => Promise<Answer<T>>): Promise<Answer<T>> {
    const exchange = await this.#loadExchange().catch(() => null);
    return exchange === null ? { problem: { code: 'unreachable' } } : ask(exchange);
  }

  #loadExchange(): Promise<Exchange> {
    this.#exchange ??= import('./exchange.ts').catch((error) => {
      this.#exchange = undefined;
      throw error;
    });
    return this.#exchange;
  }

  #tidy(): void {
    this.#loadExchange()
      .then(({ keepHouse }) => keepHouse(this.#core))
      .catch((error) => this.#fault(error));
    this.#untidy = this.#core.ports.after(HOUSE_MS, () => this.#tidy());
  }

  #fault(error: unknown): void {
    if (this.#closed) return;
    const { store } = this.#core;
    if (error instanceof OldAppError || store.over) {
      this.#signs.oldApp = true;
      const status = this.status.value;
      this.status.set({ ...(status ?? NOTHING), trouble: 'old_app' });
    } else if (outOfRoom(error)) {
      this.#signs.storageFull.exchange = true;
      this.#refresh.ask();
    } else if (!lostConnection(error)) {
      this.#core.ports.report(error);
    }
  }
}

/** The status of a tab that may not open its databases. */
const NOTHING: Status = {
  network: 'connecting',
  waiting: 0,
  sending: 0,
  needsYou: 0,
  syncedAt: null,
  clockOffset: null,
  persistent: false,
  trouble: null,
};
