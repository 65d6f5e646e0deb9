// What a person can do about a notice.

import type { Answer, Engine, Json } from '@gatehouse/sync/api';
import { PRIVATE } from '../ui/values.ts';
import { canChoose, creates, type Notice } from './queries.ts';

type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

/** Settles a conflict: one's own values are written again, or the other's stay. */
export function resolve(engine: Engine, notice: Notice, choice: 'mine' | 'theirs'): Recorded {
  const own = choice === 'mine' ? notice.sides.filter(canChoose).map(({ field, mine }) => [field, mine] as const) : [];
  const pick = (hidden: boolean) => Object.fromEntries(own.filter(([field]) => PRIVATE.has(field) === hidden));
  const secret: Record<string, Json> = pick(true);
  return engine.act({
    kind: 'conflict.resolve',
    entity: notice.about,
    values: { notice: notice.id, choice, ...pick(false) },
    ...(Object.keys(secret).length > 0 ? { private: secret } : {}),
  });
}

/** The person has read it. */
export function dismiss(engine: Engine, notice: Notice): Recorded {
  return engine.act({ kind: 'notice.close', values: { notice: notice.id } });
}

/** Records the act anew, on the record as it is now, and puts the notice away. */
export async function repeat(engine: Engine, { kind, about, act, ...notice }: Notice): Recorded {
  const again = await engine.act({
    kind,
    ...(creates(kind) ? {} : { entity: about }),
    values: act?.values ?? {},
    ...(act?.private ? { private: act.private } : {}),
  });
  return 'problem' in again ? again : dismiss(engine, { kind, about, act, ...notice });
}
