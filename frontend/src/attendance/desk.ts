// The sheet of a team's month: whose days, what waits for whom, what is to be decided. Pure, but for the reading.

import type { OwnAct, View } from '@gatehouse/sync/api';
import { textOf } from '../ui/context.ts';
import { type Names, readNames } from '../ui/values.ts';
import { awaitedBy, decided, decisionOf, isUndecided, type Month, type Proposal } from './month.ts';
import { type Closed, closedIn, labelsIn, monthsIn } from './queries.ts';

/** Kinds of row that `readDesk` reads. */
export const KINDS = ['month', 'penalty', 'period', 'gate', 'person', 'post', 'site', 'team'];

export interface Desk {
  readonly months: readonly Month[];
  readonly closed: Closed;
  readonly names: Names;
  /** Every team this device knows by name. */
  readonly teams: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  /** One's own decisions that the server has not answered, or that need one: by `person month proposal` or decision. */
  readonly acts: ReadonlyMap<string, OwnAct>;
}

/** Rows of a month that the server gave on request, for whoever holds no stream of the team. */
export interface Given {
  readonly months: readonly Month[];
  readonly names: Names;
  readonly closed: Closed;
}

export async function readDesk(view: View, month: string, given: Given | undefined): Promise<Desk> {
  const [months, penalties, periods, gates, names, teams] = await Promise.all([
    view.all('month'),
    view.all('penalty'),
    view.all('period'),
    view.all('gate'),
    readNames(view),
    view.all('team'),
  ]);
  const decisions = penalties.map(decisionOf).filter((one) => one !== undefined);
  const held = monthsIn(months)
    .filter((one) => one.month === month)
    .map((one) => decided(one, decisions));
  const people = new Set(held.map(({ person }) => person));
  const more = given?.months.filter(({ person }) => !people.has(person)) ?? [];
  return {
    months: [...held, ...more.map((one) => decided(one, one.settled))],
    closed: new Map([...(given?.closed ?? []), ...closedIn(periods)]),
    names: new Map([...(given?.names ?? []), ...names]),
    teams: teams.map(({ id }) => id),
    labels: labelsIn(gates),
    acts: undecidedActs(view.ownActs()),
  };
}

/** Teams in use with their names, in order of these. */
export async function readTeams(view: View): Promise<[string, string][]> {
  const rows = (await view.all('team')).filter(({ f }) => f['closed'] === undefined);
  const named = rows.map((row): [string, string] => [row.id, textOf(row, 'name')]);
  return named.sort(([, a], [, b]) => a.localeCompare(b, 'zh-CN'));
}

/** What an act of one's own decides about, as `Desk.acts` is keyed. */
export function keyOf(month: Month, { id }: Proposal): string {
  return `${month.person} ${month.month} ${id}`;
}

function undecidedActs(acts: readonly OwnAct[]): Map<string, OwnAct> {
  const found = new Map<string, OwnAct>();
  for (const act of acts) {
    if (act.state === 'delivered' && act.code === undefined) continue;
    const { person, month, proposal } = act.values ?? {};
    if (act.kind === 'penalty.reverse' || act.kind === 'period.reopen') found.set(act.entity, act);
    else if (act.kind.startsWith('penalty.')) found.set(`${person} ${month} ${proposal}`, act);
    else if (act.kind === 'period.close') found.set(`${act.values?.['team']} ${month}`, act);
  }
  return found;
}

/** The months with days of a team ('' for every one), only these days, by name. */
export function ofTeam(months: readonly Month[], team: string, names: Names): Month[] {
  const found = months
    .filter(({ teams }) => !team || teams.includes(team))
    .map((month) => (team ? narrowed(month, team) : month));
  const name = ({ person }: Month) => names.get(person) ?? '';
  return found.sort((a, b) => name(a).localeCompare(name(b), 'zh-CN') || (a.person < b.person ? -1 : 1));
}

function narrowed(month: Month, team: string): Month {
  const days = month.days.filter((day) => day.team === team);
  const others = new Set(month.days.filter((day) => day.team !== team).map(({ shift }) => shift));
  const proposals = month.proposals.filter(({ id }) => !id.split(':').some((part) => others.has(part)));
  return { ...month, days, proposals };
}

/** Teams among months, in the order of their names. */
export function teamsIn(months: readonly Month[], names: Names): string[] {
  const teams = new Set(months.flatMap(({ teams: of }) => of));
  return [...teams].sort((a, b) => (names.get(a) ?? '').localeCompare(names.get(b) ?? '', 'zh-CN'));
}

export interface Waits {
  readonly device: string;
  readonly reach: number;
  readonly days: number;
  readonly people: number;
}

/** Whom the months wait for, the one with most days first. */
export function waitsOf(months: readonly Month[]): Waits[] {
  const found = new Map<string, Waits>();
  for (const month of months) {
    for (const { device, reach, days } of awaitedBy(month.days)) {
      const before = found.get(device);
      found.set(device, {
        device,
        reach: Math.max(reach, before?.reach ?? 0),
        days: days + (before?.days ?? 0),
        people: 1 + (before?.people ?? 0),
      });
    }
  }
  return [...found.values()].sort((a, b) => b.days - a.days || (a.device < b.device ? -1 : 1));
}

/** A proposal with whose it is. */
export interface Matter {
  readonly month: Month;
  readonly proposal: Proposal;
}

/** Proposals nobody decided yet, and confirmed ones to be reversed, these first; then by date. */
export function mattersOf(months: readonly Month[]): { readonly open: Matter[]; readonly past: Matter[] } {
  const all = months.flatMap((month) => month.proposals.map((proposal) => ({ month, proposal })));
  const order = (a: Matter, b: Matter) =>
    Number(b.proposal.state === 'undo') - Number(a.proposal.state === 'undo') ||
    a.proposal.date.localeCompare(b.proposal.date);
  return {
    open: all.filter(({ proposal }) => isUndecided(proposal)).sort(order),
    past: all
      .filter(({ proposal }) => !isUndecided(proposal))
      .sort((a, b) => (b.proposal.decision?.at ?? 0) - (a.proposal.decision?.at ?? 0)),
  };
}

export interface Left {
  readonly waiting: number;
  readonly open: number;
  readonly proposed: number;
  readonly undo: number;
}

/** What is still open before a team's month is closed. */
export function leftOf(months: readonly Month[]): Left {
  const days = months.flatMap(({ days: of }) => of);
  const { open } = mattersOf(months);
  return {
    waiting: days.filter(({ certainty }) => certainty === 'waiting').length,
    open: days.filter(({ certainty }) => certainty === 'open').length,
    proposed: open.filter(({ proposal }) => proposal.state === 'proposed').length,
    undo: open.filter(({ proposal }) => proposal.state === 'undo').length,
  };
}
