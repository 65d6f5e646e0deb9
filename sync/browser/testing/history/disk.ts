/**
 * The disk under a browser's databases: a tab can be killed at any request of a transaction and at any commit, power
 * can be cut so that what was not strictly on disk is gone, the disk can be full, and a profile can be copied.
 *
 * It reaches into fake-indexeddb where a browser's own process would act: requests as they are made, and the log by
 * which a transaction is rolled back.
 */

import { createDevice, createPerson, DEVICE } from '../../schema.ts';
import { openRaw } from '../databases.ts';

/** Whoever opened a database: one tab. */
export interface Owner {
  readonly alive: boolean;
  /** Called before every request and after every commit; may kill the tab. */
  step(what: string): void;
  readonly disk: Disk;
  readonly running: Set<IDBTransaction>;
  begin(): () => void;
}

type Undo = () => void;

interface Inside {
  _execRequestAsync(asked: { operation: () => unknown }): IDBRequest;
  _start(): void;
  _abort(why: string): void;
  readonly _rollbackLog: Undo[];
  readonly _requests: readonly { readonly request: IDBRequest }[];
  readonly _started: boolean;
  readonly _state: string;
  readonly mode: string;
  readonly durability: string;
  readonly db: { readonly _rawDatabase: object };
}

const owners = new WeakMap<IDBDatabase, Owner>();

/** What one browser has on disk. */
export class Disk {
  factory = new IDBFactory();
  /** Null: there is room. Else where it shows that there is none: when something is put, or at the commit. */
  full: 'put' | 'commit' | null = null;
  /** Transactions since the last strict one, per database: what a power cut may undo. */
  readonly #unsynced = new Map<object, Undo[][]>();

  committed(inside: Inside): void {
    const key = inside.db._rawDatabase;
    if (inside.mode === 'versionchange' || inside.durability === 'strict') this.#unsynced.delete(key);
    else if (inside._rollbackLog.length > 0) {
      this.#unsynced.set(key, [...(this.#unsynced.get(key) ?? []), [...inside._rollbackLog]]);
    }
  }

  /** Undoes the last transactions of each database, as many as `howMany` says of those not synced. */
  cutPower(howMany: (of: number) => number): number {
    let undone = 0;
    for (const written of this.#unsynced.values()) {
      for (const undo of written.splice(written.length - howMany(written.length)).reverse()) {
        for (const step of undo.reverse()) step();
        undone += 1;
      }
    }
    this.#unsynced.clear();
    return undone;
  }

  evict(): void {
    this.factory = new IDBFactory();
    this.#unsynced.clear();
  }

  /** Another profile with the same contents; nobody is writing meanwhile. */
  async copied(): Promise<IDBFactory> {
    const copy = new IDBFactory();
    for (const { name = '' } of await this.factory.databases()) {
      const from = await openRaw(this.factory, name, null);
      const to = await openRaw(copy, name, name === DEVICE ? createDevice : createPerson);
      for (const store of from.objectStoreNames) {
        const keys = await from.getAllKeys(store);
        const values = await from.getAll(store);
        const inline = from.transaction(store).store.keyPath !== null;
        const tx = to.transaction(store, 'readwrite');
        for (const [i, value] of values.entries()) await (inline ? tx.store.put(value) : tx.store.put(value, keys[i]));
        await tx.done;
      }
      from.close();
      to.close();
    }
    return copy;
  }

  /** Everything of one database, by store; null where there is none. */
  async dump(name: string): Promise<Record<string, unknown[]> | null> {
    const db = await openRaw(this.factory, name, null).catch(() => null);
    if (db === null) return null;
    const stores = await Promise.all([...db.objectStoreNames].map(async (store) => [store, await db.getAll(store)]));
    db.close();
    return Object.fromEntries(stores);
  }
}

/** The tab's own way to its disk. */
export function mounted(owner: Owner): IDBFactory {
  const own = (db: IDBDatabase) => owners.set(db, owner);
  const open = (name: string, version?: number) => {
    // A tab that is gone opens nothing, and nothing tells it so.
    if (!owner.alive) return {} as IDBOpenDBRequest;
    owner.step('open');
    if (!owner.alive) return {} as IDBOpenDBRequest;
    const end = owner.begin();
    const request = owner.disk.factory.open(name, version);
    request.addEventListener('upgradeneeded', () => own(request.result));
    request.addEventListener('success', () => {
      own(request.result);
      end();
      if (!owner.alive) request.result.close();
    });
    request.addEventListener('error', end);
    return request;
  };
  const remove = (name: string) => (owner.alive ? owner.disk.factory.deleteDatabase(name) : ({} as IDBOpenDBRequest));
  const cmp = (a: unknown, b: unknown) => owner.disk.factory.cmp(a, b);
  return { open, deleteDatabase: remove, cmp, databases: () => owner.disk.factory.databases() } as IDBFactory;
}

/** Puts the faults under every database of this process. */
export function install(): void {
  let writing = false;
  /** Transactions that take room. */
  const put = new WeakSet<object>();
  for (const verb of ['put', 'add'] as const) {
    const real = IDBObjectStore.prototype[verb];
    IDBObjectStore.prototype[verb] = function (this: IDBObjectStore, ...given: [unknown, IDBValidKey?]) {
      writing = true;
      try {
        return real.apply(this, given);
      } finally {
        writing = false;
      }
    };
  }
  const inside = IDBTransaction.prototype as unknown as Inside;
  const request = inside._execRequestAsync;
  inside._execRequestAsync = function (this: Inside, asked) {
    const owner = owners.get(this.db as unknown as IDBDatabase);
    owner?.step('request');
    if (writing) put.add(this);
    const full = writing && owner?.disk.full === 'put';
    return request.call(this, full ? { ...asked, operation: noRoom } : asked);
  };
  const start = inside._start;
  inside._start = function (this: Inside) {
    const owner = owners.get(this.db as unknown as IDBDatabase);
    const over = this._started && this._state !== 'finished' && this._requests.length === 0;
    const full = over && owner?.disk.full === 'commit' && put.has(this);
    if (full) this._abort('QuotaExceededError');
    else start.call(this);
  };
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given: Parameters<typeof transaction>) {
    const owner = owners.get(this);
    if (owner === undefined) return transaction.apply(this, given);
    if (!owner.alive) throw new DOMException('the tab is gone', 'InvalidStateError');
    const tx = transaction.apply(this, given);
    const end = owner.begin();
    owner.running.add(tx);
    const over = () => {
      owner.running.delete(tx);
      end();
    };
    tx.addEventListener('abort', over);
    tx.addEventListener('complete', () => {
      over();
      owner.disk.committed(tx as unknown as Inside);
      if (tx.mode !== 'readonly') owner.step('commit');
    });
    return tx;
  };
}

function noRoom(): never {
  throw new DOMException('no room', 'QuotaExceededError');
}
