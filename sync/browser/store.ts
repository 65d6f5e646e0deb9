/** Opens the databases, and writes to them so that everybody who watches hears of it. */

import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, type StoreNames, wrap } from 'idb';
import { Bus } from './bus.ts';
import type { Ports } from './ports.ts';
import {
  createDevice,
  createPerson,
  DEVICE,
  type DeviceSchema,
  type Meta,
  type PersonSchema,
  personName,
  type Scoped,
  VERSION,
} from './schema.ts';

export type DeviceDb = IDBPDatabase<DeviceSchema>;
export type PersonDb = IDBPDatabase<PersonSchema>;

/** A running transaction over some stores of a database; a store it was not opened over throws when asked for. */
export interface Tx<S extends DBSchema> {
  objectStore<K extends StoreNames<S>>(name: K): IDBPObjectStore<S, StoreNames<S>[], K, 'readwrite'>;
}
export type DeviceTx = Tx<DeviceSchema>;
export type ScopedTx = Tx<Scoped>;

/** The stores that both databases have, so that pages enter either by the same steps. */
export function scoped(tx: Tx<DeviceSchema> | Tx<PersonSchema>): ScopedTx {
  // The stores are declared once, in Scoped; TypeScript cannot see that through the generic method.
  return tx as unknown as ScopedTx;
}

/** Either database, as far as its rows go. */
export type RowsDb = IDBPDatabase<Scoped>;

export function rowsDb(db: DeviceDb | PersonDb): RowsDb {
  return db as unknown as RowsDb;
}

/** Thrown when a newer version of the app has taken the databases over: this tab must be loaded again. */
export class OldAppError extends Error {}

export class Store {
  readonly bus: Bus;
  readonly #ports: Ports;
  readonly #people = new Map<string, Promise<PersonDb>>();
  /** People whose databases were deleted: a read that comes late must not make them again. */
  readonly #forgotten = new Set<string>();
  #device: Promise<DeviceDb> | undefined;
  #over = false;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.bus = new Bus(ports);
  }

  /** The device's database; opened again when the browser closed it under us. */
  device(): Promise<DeviceDb> {
    this.#device ??= this.#open<DeviceSchema>(DEVICE, createDevice, (why) => {
      this.#device = undefined;
      this.#over ||= why === 'newer';
    });
    return this.#device;
  }

  /** The database of one person, made when it is not there. */
  person(person: string): Promise<PersonDb> {
    const held = this.#people.get(person);
    if (held !== undefined) return held;
    if (this.#forgotten.has(person)) return Promise.reject(new DOMException('forgotten', 'InvalidStateError'));
    const opening = this.#open<PersonSchema>(personName(person), createPerson, (why) => {
      this.#people.delete(person);
      if (why === 'deleted') this.#forgotten.add(person);
    });
    this.#people.set(person, opening);
    opening.catch(() => this.#people.delete(person));
    return opening;
  }

  /** The person signed in: their database may be made again. */
  welcome(person: string): void {
    this.#forgotten.delete(person);
  }

  /** Deletes a person's database; other tabs close theirs when asked. It waits for none that is frozen. */
  async forget(person: string): Promise<void> {
    const held = this.#people.get(person);
    this.#people.delete(person);
    this.#forgotten.add(person);
    (await held?.catch(() => undefined))?.close();
    const request = this.#ports.databases.deleteDatabase(personName(person));
    const blocked = new Promise<void>((resolve) => {
      request.onblocked = () => resolve();
    });
    await Promise.race([finished(request), blocked]);
  }

  /** A newer app has taken the databases over. */
  get over(): boolean {
    return this.#over;
  }

  close(): void {
    for (const db of [this.#device, ...this.#people.values()]) {
      db?.then((open) => open.close()).catch(() => undefined);
    }
    this.#people.clear();
    this.#over = true;
    this.bus.close();
  }

  async #open<S>(name: string, create: (db: IDBDatabase) => void, gone: (why: 'deleted' | 'newer' | 'closed') => void) {
    if (this.#over) throw new OldAppError(name);
    const request = this.#ports.databases.open(name, VERSION);
    request.onupgradeneeded = () => create(request.result);
    let raw: IDBDatabase;
    try {
      raw = await finished(request);
    } catch (error) {
      gone('closed');
      // A rolled-back shell meets the newer database of the version before it.
      throw (error as DOMException)?.name === 'VersionError' ? new OldAppError(name) : error;
    }
    // Another tab upgrades or deletes it: staying open would block that tab for good.
    raw.onversionchange = ({ newVersion }) => {
      raw.close();
      gone(newVersion === null ? 'deleted' : 'newer');
    };
    raw.onclose = () => gone('closed');
    return wrap(raw) as unknown as IDBPDatabase<S>;
  }
}

/** Whether `error` only says that a connection was closed while in use; the next use opens a new one. */
export function lostConnection(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'InvalidStateError' || error.name === 'AbortError');
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * One transaction: all of `work` or nothing. `work` awaits nothing but the database, or the browser commits early.
 * What a person did is `strict` (it survives a dead battery); what can be pulled again is `relaxed`.
 */
export async function write<S extends DBSchema, T>(
  db: IDBPDatabase<S>,
  stores: readonly StoreNames<S>[],
  durability: 'strict' | 'relaxed',
  work: (tx: Tx<S>) => Promise<T>,
): Promise<T> {
  const tx = db.transaction([...stores], 'readwrite', { durability });
  // Handled below in any case; a rejection must not also count as nobody's.
  tx.done.catch(() => undefined);
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // It is over already.
    }
    await tx.done.catch(() => undefined);
    throw error;
  }
}

interface MetaStore {
  get(key: string): Promise<Meta[keyof Meta] | undefined>;
}

/** One record of `meta`, typed by its key. */
export async function meta<K extends keyof Meta>(store: MetaStore, key: K): Promise<Meta[K] | undefined> {
  return (await store.get(key)) as Meta[K] | undefined;
}
