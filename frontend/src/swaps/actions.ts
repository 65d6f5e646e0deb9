// One function per intention. Each resolves when the act is on this device's disk, or with the problem that kept it off.

import type { Answer, Engine } from '@gatehouse/sync/api';
import type { Shift } from '../ui/shifts.ts';
import type { SwapMode } from '../ui/swaps.ts';

export type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

export interface Asking {
  readonly mode: SwapMode;
  /** Empty: the whole team. */
  readonly asked: readonly string[];
  /** The colleague's shift, for an exchange and a repay. */
  readonly take: Shift | undefined;
  readonly reason: string;
  /** What the colleague must know. */
  readonly handover: string;
  /** The swap that this one gives back. */
  readonly repays: string | undefined;
}

/** Asks colleagues to take the shift, naming the versions that were seen. */
export function request(
  engine: Engine,
  give: Shift,
  { mode, asked, take, reason, handover, repays }: Asking,
): Recorded {
  const said = { ...(reason ? { reason } : {}), ...(handover ? { handover } : {}) };
  return engine.act({
    kind: 'swap.request',
    values: {
      give: give.id,
      give_ver: give.ver,
      mode,
      asked: [...new Set(asked)].sort(),
      ...(take ? { take: take.id, take_ver: take.ver } : {}),
      ...(repays ? { repays } : {}),
    },
    ...(Object.keys(said).length > 0 ? { private: said } : {}),
  });
}

export function accept(engine: Engine, swap: string): Recorded {
  return engine.act({ kind: 'swap.accept', entity: swap });
}

export function decline(engine: Engine, swap: string): Recorded {
  return engine.act({ kind: 'swap.decline', entity: swap });
}

/** Whoever asked takes it back. */
export function withdraw(engine: Engine, swap: string): Recorded {
  return engine.act({ kind: 'swap.withdraw', entity: swap });
}

/** With a written reason where cover is too low. */
export function approve(engine: Engine, swap: string, note = ''): Recorded {
  return engine.act({ kind: 'swap.approve', entity: swap, ...(note ? { private: { note } } : {}) });
}

/** One of the two writes what the other must know. */
export function brief(engine: Engine, swap: string, handover: string): Recorded {
  return engine.act({ kind: 'swap.brief', entity: swap, private: { handover } });
}

/** The shift need not be given back. */
export function letGo(engine: Engine, swap: string): Recorded {
  return engine.act({ kind: 'swap.settle', entity: swap });
}

/** A refusal says why. */
export function reject(engine: Engine, swap: string, note: string): Recorded {
  return engine.act({ kind: 'swap.reject', entity: swap, private: { note } });
}

/** Somebody decides in the place of the person signed in, from `since` to before `until`. */
export function nameDeputy(engine: Engine, absent: string, deputy: string, since: number, until: number): Recorded {
  return engine.act({ kind: 'deputy.name', values: { absent, deputy, since, until } });
}
