/** What the parts of the engine share. */

import type { EngineOptions } from './api.ts';
import type { Ports } from './ports.ts';
import type { Grants, SealKey } from './protocol.ts';
import type { Identity, Meta, Session } from './schema.ts';
import { meta, type Store } from './store.ts';
import type { Time } from './time.ts';
import type { Transport } from './transport.ts';

export interface Core {
  readonly ports: Ports;
  readonly options: EngineOptions;
  readonly store: Store;
  readonly time: Time;
  readonly transport: Transport;
  /** What the last exchange left, in memory: none of it is needed for correctness. */
  readonly memory: Memory;
  /** The chunk that is not needed for recording and showing acts. */
  exchange(): Promise<Exchange>;
}

export type Exchange = typeof import('./exchange.ts');

export interface Memory {
  /** Ids of acts on their way. */
  sending: ReadonlySet<string>;
  token: { readonly device: string; readonly token: string; readonly expires: number } | null;
  grants: Grants | null;
  /** When digests were last compared, by the monotonic clock; null asks for it with the next pull. */
  compared: number | null;
  /** When acts were last given back to a server that lost them, by the monotonic clock. */
  gaveBack: number | null;
  /** What the server last published to seal to; null: nothing; absent: not asked yet. */
  seal?: SealKey | null;
}

/** One record of the device's `meta`. */
export async function recall<K extends keyof Meta>(core: Core, key: K): Promise<Meta[K] | undefined> {
  return meta((await core.store.device()).transaction('meta').store, key);
}

/** The identity and the session, as of one moment. */
export async function whoami(core: Core): Promise<{ identity: Identity | undefined; session: Session | undefined }> {
  const kept = (await core.store.device()).transaction('meta').store;
  return { identity: await meta(kept, 'identity'), session: await meta(kept, 'session') };
}
