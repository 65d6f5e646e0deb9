// What the screens of attendance read from the device.

import type { OwnAct, Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { type Punch, punchOf } from '../ui/punches.ts';
import { dayKey } from '../ui/time.ts';
import { type Names, readNames } from '../ui/values.ts';
import { decided, decisionOf, type Month, monthOf } from './month.ts';

/** Kinds of row that `readMine` reads. */
export const MINE = ['month', 'penalty', 'period', 'punch', 'gate', 'person', 'post', 'site', 'team'];

export interface Mine {
  readonly months: readonly Month[];
  readonly closed: Closed;
  /** Own punches of this device that the server does not have yet. */
  readonly unsent: readonly Punch[];
  readonly names: Names;
  readonly labels: ReadonlyMap<string, string>;
}

export async function readMine(view: View, person: string): Promise<Mine> {
  const [rows, penalties, periods, gates, names] = await Promise.all([
    view.all('month'),
    view.all('penalty'),
    view.all('period'),
    view.all('gate'),
    readNames(view),
  ]);
  const decisions = penalties.map(decisionOf).filter((one) => one !== undefined);
  const months = monthsIn(rows)
    .filter((month) => month.person === person)
    .map((month) => decided(month, decisions));
  return {
    months,
    closed: closedIn(periods),
    unsent: await unsentPunches(view, person),
    names,
    labels: labelsIn(gates),
  };
}

/** Closed months of teams: since when, and the record that a reopening names; by `team month`. */
export type Closed = ReadonlyMap<string, { readonly id: string; readonly at: number }>;

export function closedIn(rows: readonly Row[]): Closed {
  const found = new Map<string, { id: string; at: number }>();
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const key = `${textOf(row, 'team')} ${textOf(row, 'month')}`;
    // A closing of one's own that the server has not decided carries no state yet.
    if (textOf(row, 'state') === 'closed') found.set(key, { id: row.id, at: numberOf(row, 'closed') ?? row.at });
  }
  return found;
}

/** Whole months among rows; a row of another shape is of another version. */
export function monthsIn(rows: readonly Row[]): Month[] {
  return rows.map(monthOf).filter((month) => month !== undefined);
}

/** What devices are called, by their id. */
export function labelsIn(gates: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(gates.map((row) => [textOf(row, 'device') || row.id, textOf(row, 'label')]));
}

const UNSENT = new Set<OwnAct['state']>(['draft', 'waiting', 'sending']);

async function unsentPunches(view: View, person: string): Promise<Punch[]> {
  const acts = view.ownActs().filter(({ kind, state }) => kind === 'punch.record' && UNSENT.has(state));
  if (acts.length === 0) return [];
  const made = new Set(acts.map(({ entity }) => entity));
  const rows = await view.list('punch', { prefix: [], limit: 200 });
  return rows.filter(({ id, by }) => made.has(id) && by === person).map(punchOf);
}

export function monthNamed(months: readonly Month[], month: string): Month | undefined {
  return months.find((one) => one.month === month);
}

/** Unsent punches whose local day is the date, or that name a shift of it. */
export function unsentOn(punches: readonly Punch[], date: string, shifts: readonly string[], zone: string): Punch[] {
  return punches.filter((punch) =>
    punch.shift === undefined ? dayKey(punch.at, zone) === date : shifts.includes(punch.shift),
  );
}
