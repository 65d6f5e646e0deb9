// One function per intention. Each resolves when the act is on this device's disk, or with the problem that kept it off.

import type { Answer, Engine } from '@gatehouse/sync/api';
import type { Cause, Gap } from './rules.ts';

type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

export function request(engine: Engine, gap: Gap, claimed: number, cause: Cause, reason: string): Recorded {
  return engine.act({
    kind: 'correction.request',
    values: { shift: gap.shift.id, direction: gap.direction, claimed, cause },
    ...(reason ? { private: { reason } } : {}),
  });
}

export function withdraw(engine: Engine, id: string): Recorded {
  return engine.act({ kind: 'correction.withdraw', entity: id });
}

/** Nobody could punch at the post from `since` to `until`. */
export function declare(engine: Engine, post: string, since: number, until: number, reason: string): Recorded {
  return engine.act({
    kind: 'outage.declare',
    values: { post, since, until },
    ...(reason ? { private: { reason } } : {}),
  });
}
