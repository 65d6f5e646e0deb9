// One function per intention. Each resolves when the act is on this device's disk, or with the problem that kept it off.

import type { Answer, Engine } from '@gatehouse/sync/api';
import type { Shift } from '../ui/shifts.ts';
import type { Asked } from './rules.ts';

type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

/** Asks for leave, for oneself or (a sick note) for a colleague. */
export function request(engine: Engine, asked: Asked, person: string, reason: string): Recorded {
  return engine.act({
    kind: 'leave.request',
    values: {
      sort: asked.sort,
      since: asked.since,
      until: asked.until,
      ...(person ? { person } : {}),
      ...(asked.substitute ? { substitute: asked.substitute } : {}),
    },
    ...(reason ? { private: { reason } } : {}),
  });
}

export function goOut(
  engine: Engine,
  shift: Shift,
  since: number,
  until: number,
  business: boolean,
  reason: string,
): Recorded {
  return engine.act({
    kind: 'outing.request',
    values: { shift: shift.id, since, until, business },
    ...(reason ? { private: { reason } } : {}),
  });
}

export function withdraw(engine: Engine, kind: 'leave' | 'outing', id: string): Recorded {
  return engine.act({ kind: `${kind}.withdraw`, entity: id });
}

/** Back on duty: the leave ends now. */
export function comeBack(engine: Engine, leave: string): Recorded {
  return engine.act({ kind: 'leave.return', entity: leave });
}

/** Has seen a certificate of these dates. */
export function certify(engine: Engine, leave: string, first: string, last: string, note: string): Recorded {
  return engine.act({
    kind: 'leave.certify',
    entity: leave,
    values: { first, last },
    ...(note ? { private: { cert_note: note } } : {}),
  });
}
