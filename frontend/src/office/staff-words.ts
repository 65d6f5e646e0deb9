// People, roles and devices in words, for every screen about them.

import { sayStaff } from '../messages/staff/index.ts';
import type { FieldWords } from '../ui/history.tsx';
import { dayKey, moment, span } from '../ui/time.ts';
import type { Names } from '../ui/values.ts';
import { appParts, type Device, type Trouble } from './devices.ts';
import { type Role, rolesOf, type Staff } from './people.ts';

export const PEOPLE = '/office/people';
export const DEVICES = '/office/devices';
export const HELD = '/office/held';
export const VERSIONS = '/office/versions';

/** A day as people note it: `2026-11-21`, of the site's calendar. */
export function dayOf(at: number, zone: string): string {
  return dayKey(at, zone);
}

/** The last day of a span that ends before `until`. */
export function lastDayOf(until: number, zone: string): string {
  return dayKey(until - 1, zone);
}

export function roleWords(role: string): string {
  return sayStaff().role[role] ?? role;
}

/** Where a role holds: a site or all of them, and which team is led. */
export function whereWords(staff: Staff, { site, team }: Role): string {
  const words = sayStaff().roles;
  const place = site ? (staff.places.get(site) ?? '') : words.everywhere;
  return [place, team && words.leading(staff.places.get(team) ?? '')].filter(Boolean).join(' · ');
}

/** What a person is, each role once. */
export function rolesInWords(staff: Staff, person: string, now: number): string {
  return [...new Set(rolesOf(staff, person, now).map(({ role }) => roleWords(role)))].join('、');
}

/** A release with its build, short enough to be compared by eye. */
export function appWords(app: string): string {
  const { release, build } = appParts(app);
  return sayStaff().versions.release(release, build.slice(0, 8));
}

export function kindWords({ kind }: Device): string {
  const words = sayStaff().devices;
  return words.kind[kind] ?? words.otherKind;
}

/** The post where it stands, or who signed in there last. */
export function userWords({ post, owner }: Device, names: Names): string {
  return names.get(post || owner) ?? (post ? '' : sayStaff().devices.nobody);
}

export function troubleWords(trouble: Trouble, { waiting, offset }: Device): string {
  const words = sayStaff().devices.trouble;
  if (trouble === 'waiting') return words.waiting(waiting);
  return trouble === 'clock' ? words.clock(clockSpan(offset ?? 0)) : words[trouble];
}

/** How far a clock is off, in words. */
export function clockSpan(offset: number): string {
  return span(Math.abs(offset));
}

const INSTANTS = new Set(['since', 'dismissed']);

/** A person's fields and acts, for their history. */
export const ofPeople: FieldWords = {
  field: (name) => sayStaff().field[name] ?? '',
  value: (name, value, names, now, zone) => {
    if (value === null || value === '') return '';
    if (typeof value === 'number') return INSTANTS.has(name) ? moment(value, now, zone) : String(value);
    return typeof value === 'string' ? (names.get(value) ?? value) : String(value);
  },
};
