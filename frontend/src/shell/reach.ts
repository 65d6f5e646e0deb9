// For whom somebody may make a one-time code, as far as this device can tell; the server decides.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, type Standing, textOf } from '../ui/context.ts';

export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly staffNo: string;
}

/** An admin reaches everybody, whoever leads teams their people but not themselves; nobody reaches who has left. */
export function reach(people: readonly Row[], self: string, standing: Standing, now: number): Colleague[] {
  const admin = standing.roles.has('admin');
  return people
    .filter((row) => (numberOf(row, 'dismissed') ?? Number.POSITIVE_INFINITY) > now)
    .filter((row) => admin || (row.id !== self && standing.leads.includes(textOf(row, 'team'))))
    .map((row) => ({ id: row.id, name: textOf(row, 'name'), staffNo: textOf(row, 'staff_no') }))
    .sort((a, b) => (a.staffNo < b.staffNo ? -1 : 1));
}

/** Those whose name or staff number holds what was typed, in whatever case and width. */
export function matching(people: readonly Colleague[], typed: string): Colleague[] {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '');
  const term = plain(typed);
  return people.filter(({ name, staffNo }) => plain(name).includes(term) || plain(staffNo).includes(term));
}
