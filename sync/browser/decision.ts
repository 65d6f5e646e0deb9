/** Decisions: what the server decided about one op, with everything `apply` needs (P15). */

import type { Json } from './api.ts';
import type { Interval } from './clock.ts';

export type Outcome = 'applied' | 'merged' | 'refused' | 'parked' | 'returned';
export type Result = 'won' | 'lost' | 'ask';

/** A decision as it is logged; what has its default is absent. */
export interface Decision {
  readonly d: Outcome;
  readonly t: Interval;
  readonly code?: string;
  /** Every field that met a concurrent write: how it ended, and the op that wrote the other value. */
  readonly f?: Readonly<Record<string, readonly [Result, string]>>;
  readonly flags?: readonly string[];
  /** A person's reason for a return. */
  readonly why?: string;
  /** Fields of the entity that only the server can know. */
  readonly set?: Readonly<Record<string, Json>>;
  /** Fields of further entities that the act changes with its own. */
  readonly also?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** What a refused command met: state, person, instant, op. */
  readonly because?: readonly [string, string, number, string];
  /** The clause of the regulation that a refusal rests on, and the facts that its sentence needs. */
  readonly clause?: string;
  readonly told?: Readonly<Record<string, string | number>>;
  /** The version of the kind that the op was read as, when it was written in an older one (2.7). */
  readonly kv?: number;
}

/** Whether the op changes its entity. */
export function effective(decision: Decision): boolean {
  return decision.d === 'applied' || decision.d === 'merged';
}

/** What a device assumes of its own act until it hears more (5.4). */
export function assumed(at: number): Decision {
  return { d: 'applied', t: [at, at, at, 'live'] };
}
