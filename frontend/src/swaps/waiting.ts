// Which swaps wait for the person: what the first screen counts.

import type { Row, View } from '@gatehouse/sync/api';
import { numberOf, type Standing, textOf } from '../ui/context.ts';

/** Ids in a list field. */
export function idsOf(row: Row, field: string): readonly string[] {
  const value = row.f[field];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** A colleague asks this person, by name or with the whole team, and has no answer yet. */
export function asksMe(row: Row, person: string, { team }: Standing): boolean {
  const asked = idsOf(row, 'asked');
  const meant = asked.length > 0 ? asked.includes(person) : textOf(row, 'team') === team;
  return textOf(row, 'state') === 'requested' && row.by !== person && meant && !idsOf(row, 'declined').includes(person);
}

/** Both colleagues agree, and this person decides: never in a matter of their own. */
export function toDecide(row: Row, person: string, { leads }: Standing): boolean {
  const own = row.by === person || textOf(row, 'accepted_by') === person;
  return textOf(row, 'state') === 'accepted' && !own && leads.includes(textOf(row, 'team'));
}

/** Swaps that wait for the person, the most urgent first. */
export async function readWaiting(view: View, person: string, standing: Standing, now: number): Promise<Row[]> {
  const deadline = (row: Row) => numberOf(row, 'deadline') ?? 0;
  return (await view.all('swap'))
    .filter((row) => deadline(row) > now && (asksMe(row, person, standing) || toDecide(row, person, standing)))
    .sort((a, b) => deadline(a) - deadline(b));
}
