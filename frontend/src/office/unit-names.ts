// What a unit is called beside others: its building and its room.

import type { Row } from '@gatehouse/sync/api';
import { isClosed } from '../ui/closed.ts';
import { textOf } from '../ui/context.ts';
import { natural } from './rooms.ts';
import { holds } from './search.ts';

/** `3栋 1204` by the unit's id. */
export function unitNames(units: readonly Row[], buildings: readonly Row[]): Map<string, string> {
  const houses = new Map(buildings.map((row) => [row.id, textOf(row, 'name')]));
  return new Map(
    units.map((unit) => [unit.id, `${houses.get(textOf(unit, 'building')) ?? ''} ${textOf(unit, 'name')}`.trim()]),
  );
}

/** A few units of a site whose name holds what was typed: those that begin with it first. */
export function suggested(
  units: readonly Row[],
  names: ReadonlyMap<string, string>,
  site: string,
  typed: string,
  most: number,
): [string, string][] {
  if (typed.trim() === '') return [];
  const here = units.filter((unit) => unit.f['site'] === site && !isClosed(unit));
  const found = here.map((unit): [string, string] => [unit.id, names.get(unit.id) ?? '']);
  const begins = (name: string) => (name.startsWith(typed) || textEnd(name).startsWith(typed) ? 0 : 1);
  return found
    .filter(([, name]) => holds(name, typed))
    .sort(([, a], [, b]) => begins(a) - begins(b) || natural(a, b))
    .slice(0, most);
}

/** The room of `3栋 1204`. */
function textEnd(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}
