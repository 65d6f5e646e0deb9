/** Databases in memory, for tests. */

import { type DBSchema, type IDBPDatabase, wrap } from 'idb';

/** A database of its own factory: another device's, or one that nothing else has touched. It must be there for a null `create`. */
export function openRaw<S extends DBSchema>(
  factory: IDBFactory,
  name: string,
  create: ((db: IDBDatabase) => void) | null,
): Promise<IDBPDatabase<S>> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => {
      if (create === null) request.transaction?.abort();
      else create(request.result);
    };
    // Whoever reads past the engine holds up nothing that it deletes.
    request.onblocked = () => reject(new Error(`${name} is blocked`));
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(wrap(request.result) as unknown as IDBPDatabase<S>);
    };
  });
}
