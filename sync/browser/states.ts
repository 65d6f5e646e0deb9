/** How acts stand, in the six states a person sees (P18). A draft is not yet an act. */

import type { OpState, OwnAct, RecordState } from './api.ts';
import type { Body } from './apply.ts';
import type { Own } from './own.ts';
import type { OutboxOp } from './schema.ts';

const WORST: readonly OpState[] = ['needs_you', 'returned', 'sending', 'waiting', 'delivered'];

/** Notices by the op and by the record they are about. */
export interface Notices {
  readonly byOp: ReadonlyMap<string, Body>;
  readonly openAbout: ReadonlySet<string>;
}

export function noticesIn(rows: readonly Body[]): Notices {
  const open = rows.filter((row) => row.f['state'] === 'open');
  return {
    byOp: new Map(rows.map((row) => [String(row.f['op']), row])),
    openAbout: new Set(open.map((row) => String(row.f['about']))),
  };
}

/** One act's state. A refusal or return whose notice was closed is settled: it counts as delivered. */
export function stateOf(out: OutboxOp, sending: ReadonlySet<string>, notices: Notices): OpState {
  if (out.d === undefined) return sending.has(out.id) ? 'sending' : 'waiting';
  const notice = notices.byOp.get(out.id);
  const settled = notice !== undefined && notice.f['state'] !== 'open';
  if (out.d === 'refused') return settled ? 'delivered' : 'needs_you';
  if (out.d === 'returned') return settled ? 'delivered' : 'returned';
  return notice !== undefined && !settled ? 'needs_you' : 'delivered';
}

export function ownAct({ op, out }: Own, state: OpState): OwnAct {
  const { id, kind, entity, at, code } = out;
  const { values } = op.head;
  return {
    ...{ id, kind, entity, at, state, values },
    ...(code === undefined ? {} : { code }),
    ...(op.private === null ? {} : { private: op.private }),
  };
}

/** A record's state: the worst of its acts', or that a notice about it waits. */
export function recordState(acts: readonly OwnAct[], noticed: boolean): RecordState | undefined {
  if (acts.length === 0 && !noticed) return undefined;
  const states = new Set<OpState>(acts.map((act) => act.state));
  if (noticed) states.add('needs_you');
  const state = WORST.find((worst) => states.has(worst)) ?? 'delivered';
  const code = acts.findLast((act) => act.state === state && act.code !== undefined)?.code;
  return { state, ...(code === undefined ? {} : { code }), ops: acts.map((act) => act.id) };
}
