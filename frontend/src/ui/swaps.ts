// A swap as screens deal with it, for every feature that shows one.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from './context.ts';

export type SwapState = 'requested' | 'accepted' | 'approved' | 'rejected' | 'declined' | 'withdrawn' | 'expired';
export type SwapMode = 'give_away' | 'exchange' | 'repay';

/** From which states each command moves a swap, as the server has it: from any other it is refused. */
export const MOVES: Readonly<Record<string, readonly SwapState[]>> = {
  'swap.accept': ['requested'],
  'swap.decline': ['requested'],
  'swap.withdraw': ['requested', 'accepted'],
  'swap.approve': ['accepted'],
  'swap.reject': ['requested', 'accepted'],
  'swap.expire': ['requested', 'accepted'],
  'swap.brief': ['requested', 'accepted', 'approved'],
  'swap.settle': ['approved'],
};

/** Who wrote a field last, and when. */
export interface Wrote {
  readonly person: string;
  readonly at: number;
  readonly op: string;
}

export interface Swap {
  readonly id: string;
  /** Who asked. */
  readonly by: string;
  readonly at: number;
  readonly mode: SwapMode;
  readonly give: string;
  readonly take: string | undefined;
  /** Empty: the whole team. */
  readonly asked: readonly string[];
  readonly declined: readonly string[];
  readonly team: string;
  /** Undefined until the server has it. */
  readonly deadline: number | undefined;
  readonly state: SwapState;
  /** Whether the server has it: until then it has reached nobody. */
  readonly sent: boolean;
  readonly acceptedBy: string | undefined;
  readonly decidedBy: string | undefined;
  readonly reason: string;
  readonly note: string;
  readonly wrote: (field: string) => Wrote | undefined;
}

/** Undefined for a row that is no swap. `delivered`: the server has told this device that it has it. */
export function swapOf(row: Row | undefined, delivered = false): Swap | undefined {
  if (row?.kind !== 'swap') return undefined;
  const text = (field: string) => textOf(row, field) || undefined;
  const mode = textOf(row, 'mode');
  return {
    id: row.id,
    by: row.by,
    at: row.at,
    mode: mode === 'exchange' || mode === 'repay' ? mode : 'give_away',
    give: textOf(row, 'give'),
    take: text('take'),
    asked: idsOf(row, 'asked'),
    declined: idsOf(row, 'declined'),
    team: textOf(row, 'team'),
    deadline: numberOf(row, 'deadline'),
    // Only the server sets a state: a request of one's own on its way has none yet.
    state: (text('state') ?? 'requested') as SwapState,
    sent: delivered || text('state') !== undefined,
    acceptedBy: text('accepted_by'),
    decidedBy: text('decided_by'),
    reason: textOf(row, 'reason'),
    note: textOf(row, 'note'),
    wrote: (field) => {
      const [person, at, op] = row.w?.[field] ?? [];
      return person === undefined || at === undefined || op === undefined ? undefined : { person, at, op };
    },
  };
}

export function swapsIn(rows: readonly Row[], delivered?: ReadonlySet<string>): Swap[] {
  return rows.map((row) => swapOf(row, delivered?.has(row.id))).filter((swap) => swap !== undefined);
}

export function isOpen({ state }: Pick<Swap, 'state'>): boolean {
  return state === 'requested' || state === 'accepted';
}

/** Declined by nobody it asked: another swap of the same shift was approved. */
export function isSuperseded({ state, decidedBy }: Pick<Swap, 'state' | 'decidedBy'>): boolean {
  return state === 'declined' && decidedBy !== undefined;
}

/** Who takes the shift that is given: whoever accepted, else the one who can. */
export function takerOf({ acceptedBy, asked }: Swap): string | undefined {
  return acceptedBy ?? (asked.length === 1 ? asked[0] : undefined);
}

/** Ids in a list field. */
export function idsOf(row: Row, field: string): readonly string[] {
  const value = row.f[field];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
