// One function per intention. Each resolves when the act is on this device's disk, or with the problem that kept it off.

import type { Answer, Engine } from '@gatehouse/sync/api';
import type { Month, Proposal } from './month.ts';

export type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

const naming = ({ person, month }: Month, { id }: Proposal) => ({ person, month, proposal: id });

/** What a clause names is as it says. Nothing is deducted: it is a row for whoever settles pay. */
export function confirm(engine: Engine, month: Month, proposal: Proposal): Recorded {
  return engine.act({ kind: 'penalty.confirm', values: naming(month, proposal) });
}

export function dismiss(engine: Engine, month: Month, proposal: Proposal, reason: string): Recorded {
  return engine.act({ kind: 'penalty.dismiss', values: naming(month, proposal), private: { reason } });
}

/** Takes back what was decided about a proposal. */
export function reverse(engine: Engine, decision: string, reason: string): Recorded {
  return engine.act({ kind: 'penalty.reverse', entity: decision, private: { reason } });
}

/** Nothing is waited for any more that the device made up to now. */
export function silence(engine: Engine, device: string, reason: string): Recorded {
  return engine.act({ kind: 'silence.declare', values: { device, until: engine.now() }, private: { reason } });
}

export function closeMonth(engine: Engine, team: string, month: string): Recorded {
  return engine.act({ kind: 'period.close', values: { team, month } });
}

export function reopen(engine: Engine, period: string, reason: string): Recorded {
  return engine.act({ kind: 'period.reopen', entity: period, private: { reason } });
}
