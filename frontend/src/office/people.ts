// The people of the estate as the office's screens deal with them. Everything here is pure or takes a view.

import type { Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { dayStart } from '../ui/days.ts';
import { dayKey } from '../ui/time.ts';

export const ROLES = ['guard', 'agent', 'supervisor', 'clerk', 'manager', 'admin'] as const;
export type RoleName = (typeof ROLES)[number];
/** Roles that decide for others: they can be stood in for (deputies). */
const IN_CHARGE: ReadonlySet<string> = new Set(['supervisor', 'manager', 'admin']);

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly staffNo: string;
  readonly phone: string;
  readonly grade: string;
  readonly skills: string;
  /** '' for none. It may be a team of later: see `since`. */
  readonly team: string;
  readonly superior: string;
  /** Since when in the team, UTC ms. */
  readonly since: number | undefined;
  /** From when on they belong to the org no more, UTC ms; it may lie ahead. */
  readonly dismissed: number | undefined;
}

/** A role from `since` (inclusive) to `until` (exclusive), at a site, for a team, or in the whole org. */
export interface Role {
  readonly id: string;
  readonly person: string;
  readonly role: string;
  readonly site: string;
  readonly team: string;
  readonly since: number;
  readonly until: number | undefined;
}

/** Where a role holds. Undefined: nothing was chosen; '' is every site. */
export interface RolePlace {
  readonly site?: string | undefined;
  readonly team?: string | undefined;
}

/** What is missing for the role, if anything. */
export function roleProblem(role: RoleName, { site, team }: RolePlace): 'site' | 'team' | undefined {
  if (role === 'admin') return undefined;
  if (site === undefined) return 'site';
  return role === 'supervisor' && !team ? 'team' : undefined;
}

export interface Deputy {
  readonly id: string;
  readonly absent: string;
  readonly deputy: string;
  readonly since: number;
  readonly until: number;
}

/** A site or a team. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly closed: boolean;
}

export interface Staff {
  /** In the order of their staff numbers. */
  readonly people: readonly Person[];
  readonly byId: ReadonlyMap<string, Person>;
  readonly rolesByPerson: ReadonlyMap<string, readonly Role[]>;
  readonly deputies: readonly Deputy[];
  readonly teams: readonly Place[];
  readonly sites: readonly Place[];
  /** Names of teams and sites by id. */
  readonly places: ReadonlyMap<string, string>;
}

/** Kinds of row that `readStaff` reads. */
export const STAFF_KINDS = ['person', 'role', 'deputy', 'team', 'site'];

export async function readStaff(view: View): Promise<Staff> {
  const [people, roles, deputies, teams, sites] = await Promise.all(STAFF_KINDS.map((kind) => view.all(kind)));
  return staffOf({
    people: people ?? [],
    roles: roles ?? [],
    deputies: deputies ?? [],
    teams: teams ?? [],
    sites: sites ?? [],
  });
}

export function staffOf(rows: Record<'people' | 'roles' | 'deputies' | 'teams' | 'sites', readonly Row[]>): Staff {
  const people = rows.people.map(personOf).sort(byNumber);
  const rolesByPerson = new Map<string, Role[]>();
  for (const role of rows.roles.map(roleOf).sort((a, b) => a.since - b.since)) {
    rolesByPerson.set(role.person, [...(rolesByPerson.get(role.person) ?? []), role]);
  }
  const teams = rows.teams.map(placeOf).sort(byName);
  const sites = rows.sites.map(placeOf).sort(byName);
  return {
    ...{ people, rolesByPerson, teams, sites },
    byId: new Map(people.map((person) => [person.id, person])),
    deputies: rows.deputies.map(deputyOf).sort((a, b) => a.since - b.since),
    places: new Map([...teams, ...sites].map(({ id, name }) => [id, name])),
  };
}

function personOf(row: Row): Person {
  const text = (field: string) => textOf(row, field);
  return {
    id: row.id,
    name: text('name'),
    staffNo: text('staff_no'),
    phone: text('phone'),
    grade: text('grade'),
    skills: text('skills'),
    team: text('team'),
    superior: text('superior'),
    since: numberOf(row, 'since'),
    dismissed: numberOf(row, 'dismissed'),
  };
}

function roleOf(row: Row): Role {
  const text = (field: string) => textOf(row, field);
  const until = numberOf(row, 'until');
  return {
    ...{ id: row.id, person: text('person'), role: text('role'), site: text('site'), team: text('team') },
    ...{ since: numberOf(row, 'since') ?? 0, until },
  };
}

function deputyOf(row: Row): Deputy {
  return {
    id: row.id,
    absent: textOf(row, 'absent'),
    deputy: textOf(row, 'deputy'),
    since: numberOf(row, 'since') ?? 0,
    until: numberOf(row, 'until') ?? 0,
  };
}

function placeOf(row: Row): Place {
  return { id: row.id, name: textOf(row, 'name'), closed: numberOf(row, 'closed') !== undefined };
}

const inOrder = new Intl.Collator('zh-CN', { numeric: true });

function byNumber(a: Person, b: Person): number {
  return inOrder.compare(a.staffNo, b.staffNo) || (a.id < b.id ? -1 : 1);
}

function byName(a: Place, b: Place): number {
  return inOrder.compare(a.name, b.name);
}

/** Whether the person belongs to the org no more. */
export function isGone({ dismissed }: Person, now: number): boolean {
  return dismissed !== undefined && dismissed <= now;
}

export function isOver({ until }: { readonly until: number | undefined }, now: number): boolean {
  return until !== undefined && until <= now;
}

/** A person's roles of now and to come. */
export function rolesOf(staff: Staff, person: string, now: number): Role[] {
  return (staff.rolesByPerson.get(person) ?? []).filter((role) => !isOver(role, now));
}

/** Whom the list shows: what is not given filters nothing. */
export interface Filter {
  readonly team?: string | undefined;
  readonly role?: string | undefined;
  readonly site?: string | undefined;
  /** Those who have left, and they alone. */
  readonly gone?: boolean;
}

export function filtered(staff: Staff, { team, role, site, gone = false }: Filter, now: number): Person[] {
  return staff.people.filter((person) => {
    if (isGone(person, now) !== gone || (team !== undefined && person.team !== team)) return false;
    if (role === undefined && site === undefined) return true;
    return (staff.rolesByPerson.get(person.id) ?? []).some(
      (one) =>
        (gone || !isOver(one, now)) &&
        (role === undefined || one.role === role) &&
        (site === undefined || one.site === site || one.site === ''),
    );
  });
}

/** All that a person is searched by: name, staff number, team. */
export function searchText(staff: Staff, { name, staffNo, team }: Person): string {
  return `${name} ${staffNo} ${staff.places.get(team) ?? ''}`;
}

/** Who leads a team now: the direct superior of whoever joins it, unless another is named. */
export function leadOf(staff: Staff, team: string, now: number): Person | undefined {
  return staff.people.find(
    (person) =>
      !isGone(person, now) &&
      rolesOf(staff, person.id, now).some((one) => one.role === 'supervisor' && one.team === team && one.since <= now),
  );
}

/** Whether the person decides for others, so that somebody may stand in for them. */
export function mayBeStoodInFor(staff: Staff, person: string, now: number): boolean {
  return rolesOf(staff, person, now).some(({ role }) => IN_CHARGE.has(role));
}

/** Deputies of now and to come in which the person is one of the two. */
export function deputiesAbout(staff: Staff, person: string, now: number): Deputy[] {
  return staff.deputies.filter((one) => one.until > now && (one.absent === person || one.deputy === person));
}

/** Who has this person as direct superior, and has not left. */
export function reportsTo(staff: Staff, person: string, now: number): Person[] {
  return staff.people.filter((one) => one.superior === person && !isGone(one, now));
}

/** The instant from which something named by its day holds: today means now, for a midnight that has passed is no plan. */
export function fromDay(day: string, now: number, zone: string): number | undefined {
  return day === dayKey(now, zone) ? now : dayStart(day, zone);
}
