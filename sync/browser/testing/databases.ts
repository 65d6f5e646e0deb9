/** Databases in memory, for tests. */

import { type DBSchema, type IDBPDatabase, wrap } from 'idb';

/** A database of its own factory: another device's, or one that nothing else has touched. */
export function openRaw<S extends DBSchema>(
  factory: IDBFactory,
  name: string,
  create: (db: IDBDatabase) => void,
): Promise<IDBPDatabase<S>> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => create(request.result);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(wrap(request.result) as unknown as IDBPDatabase<S>);
  });
}
