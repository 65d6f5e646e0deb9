// What the screens of rosters read.

import type { Json, OwnAct, Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import type { Names } from '../ui/values.ts';
import { readNames } from '../ui/values.ts';
import type { Template } from './cover.ts';

/** Kinds of row that `readPlan` reads. */
export const KINDS = ['shift', 'person', 'post', 'team', 'site', 'template', 'roster', 'publication', 'receipt'];

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly staffNo: string;
}

export interface Post {
  readonly id: string;
  readonly name: string;
  readonly least: number;
  readonly always: boolean;
}

/** All that the planner of teams goes by, in one reading. */
export interface Plan {
  readonly shifts: readonly Row[];
  readonly people: readonly Row[];
  readonly teams: readonly Row[];
  readonly posts: readonly Row[];
  readonly templates: ReadonlyMap<string, Template>;
  readonly rosters: readonly Row[];
  readonly publications: readonly Row[];
  readonly receipts: readonly Row[];
  readonly names: Names;
  readonly acts: readonly OwnAct[];
}

export async function readPlan(view: View): Promise<Plan> {
  const [shifts, people, posts, teams, templates, rosters, publications, receipts, names] = await Promise.all([
    view.all('shift'),
    view.all('person'),
    view.all('post'),
    view.all('team'),
    view.all('template'),
    view.all('roster'),
    view.all('publication'),
    view.all('receipt'),
    readNames(view),
  ]);
  const open = templates.filter((row) => row.f['closed'] === undefined).sort(byOrder);
  return {
    ...{ shifts, people, posts, teams, rosters, publications, receipts, names },
    templates: new Map(open.map((row) => [row.id, templateOf(row)])),
    acts: view.ownActs(),
  };
}

function byOrder(a: Row, b: Row): number {
  return (numberOf(a, 'order') ?? 0) - (numberOf(b, 'order') ?? 0) || (a.id < b.id ? -1 : 1);
}

function templateOf(row: Row): Template {
  const spans = textOf(row, 'segments')
    .split(' ')
    .map((segment) => segment.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))))
    .map(([from = 0, to = 0]) => ({ from, to }));
  return { id: row.id, label: textOf(row, 'label'), name: textOf(row, 'name'), night: row.f['night'] === true, spans };
}

/** The people of a team that are here, and whoever has a shift of it that month; by staff number. */
export function peopleOf(plan: Plan, team: string, month: string, now: number): Person[] {
  const busy = new Set(
    plan.shifts
      .filter((row) => textOf(row, 'team') === team && textOf(row, 'date').startsWith(month) && !row.f['cancelled'])
      .map((row) => textOf(row, 'person')),
  );
  return plan.people
    .filter(
      (row) => busy.has(row.id) || (textOf(row, 'team') === team && (numberOf(row, 'dismissed') ?? now + 1) > now),
    )
    .map((row) => ({ id: row.id, name: textOf(row, 'name'), staffNo: textOf(row, 'staff_no') }))
    .sort((a, b) => (a.staffNo < b.staffNo ? -1 : 1));
}

/** The posts in use where the team works; of a team without a site all the device knows. */
export function postsOf(plan: Plan, team: string): Post[] {
  const site = textOf(
    plan.teams.find((row) => row.id === team),
    'site',
  );
  return plan.posts
    .filter((row) => row.f['closed'] === undefined && (site === '' || textOf(row, 'site') === site))
    .sort(byOrder)
    .map((row) => ({
      id: row.id,
      name: textOf(row, 'name'),
      least: numberOf(row, 'cover_min') ?? (row.f['round_clock'] === true ? 1 : 0),
      always: row.f['round_clock'] === true,
    }));
}

export function versionOf(plan: Plan, team: string): number {
  const row = plan.rosters.find((one) => textOf(one, 'team') === team);
  return numberOf(row, 'version') ?? 0;
}

export interface Publication {
  readonly id: string;
  readonly state: OwnAct['state'];
  readonly code: string | undefined;
  readonly values: Readonly<Record<string, Json>>;
}

/** One's own publications of a month that are on their way, or were refused and not settled; oldest first. */
export function unsettled(plan: Plan, team: string, month: string): Publication[] {
  return plan.acts
    .filter((act) => act.kind === 'roster.publish' && act.state !== 'delivered' && act.values !== undefined)
    .filter((act) => act.values?.['team'] === team && act.values['month'] === month)
    .map(({ id, state, code, values = {} }) => ({ id, state, code, values }));
}

/** The newest version that each person has received, and when. */
export function receiptsOf(plan: Plan, team: string): Map<string, { readonly version: number; readonly at: number }> {
  const found = new Map<string, { version: number; at: number }>();
  for (const row of plan.receipts) {
    const version = numberOf(row, 'version') ?? 0;
    if (textOf(row, 'team') === team && version > (found.get(row.by)?.version ?? 0)) {
      found.set(row.by, { version, at: numberOf(row, 'received') ?? row.at });
    }
  }
  return found;
}

/** The version in which a person's shifts of a team last changed; 0 where they have none. */
export function concerns(plan: Plan, team: string, person: string): number {
  return plan.shifts
    .filter((row) => textOf(row, 'team') === team && textOf(row, 'person') === person)
    .reduce((newest, row) => Math.max(newest, numberOf(row, 'roster') ?? 0), 0);
}
