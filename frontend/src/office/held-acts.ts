// What the server holds for a person to decide, asked of it (PROTOCOL 13.3): no device keeps it.

import type { Answer, Engine, Json } from '@gatehouse/sync/api';

export interface HeldAct {
  readonly op: string;
  readonly kind: string;
  readonly entity: string;
  readonly actor: string;
  /** What its device is called. */
  readonly label: string;
  /** Corrected time of the act, and when it arrived, UTC ms. */
  readonly at: number;
  readonly received: number;
  /** Why it is held. */
  readonly code: string;
  readonly values: Readonly<Record<string, Json>>;
  readonly private: Readonly<Record<string, Json>>;
}

/** The last to arrive first. */
export function heldActs(engine: Engine): Promise<Answer<readonly HeldAct[]>> {
  return engine.online('/api/estate/held', null, ({ held }) => (Array.isArray(held) ? (held as HeldAct[]) : undefined));
}
