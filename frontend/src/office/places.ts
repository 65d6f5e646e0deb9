// Reading sites with what stands on them.

import type { Row, View } from '@gatehouse/sync/api';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf } from '../ui/context.ts';
import { natural } from './rooms.ts';

export interface Buildings {
  readonly sites: readonly Row[];
  readonly buildings: readonly Row[];
}

export async function readBuildings(view: View): Promise<Buildings> {
  const [sites, buildings] = await Promise.all([view.all('site'), view.all('building')]);
  return {
    sites: sites.sort((a, b) => a.at - b.at),
    buildings: buildings.sort((a, b) => order(a) - order(b) || natural(textOf(a, 'name'), textOf(b, 'name'))),
  };
}

function order(row: Row): number {
  return numberOf(row, 'order') ?? 0;
}

/** A building's rooms. */
export async function readUnits(view: View, building: string): Promise<Row[]> {
  return view.list('unit', { prefix: [building], limit: Number.POSITIVE_INFINITY });
}

/** Rooms by floor, the highest first as they stand; those without a floor last. */
export function byFloor(units: readonly Row[]): [number | undefined, Row[]][] {
  const floors = new Map<number | undefined, Row[]>();
  for (const unit of units) {
    const floor = numberOf(unit, 'floor');
    floors.set(floor, [...(floors.get(floor) ?? []), unit]);
  }
  const height = (floor: number | undefined) => floor ?? Number.NEGATIVE_INFINITY;
  return [...floors]
    .sort(([a], [b]) => height(b) - height(a))
    .map(([floor, rows]) => [floor, rows.sort((a, b) => natural(textOf(a, 'name'), textOf(b, 'name')))]);
}

/** Sites that can be chosen, as options of a list. */
export function siteOptions(sites: readonly Row[]): [string, string][] {
  return sites.filter((site) => !isClosed(site)).map((site) => [site.id, textOf(site, 'name')]);
}
