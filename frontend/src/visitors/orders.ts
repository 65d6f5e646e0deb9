// How visits are filed on the device, and what the first screen needs of them.

import type { EngineOptions, Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';

const OPEN = 1;
export const CLOSED = 0;
const MANY = 2_000;

/** When a visit is filed: entry, or exit where there is only one. */
export function filedAt(row: Row): number {
  return numberOf(row, 'arrived') ?? numberOf(row, 'left') ?? row.at;
}

/** Open visits of a site sort above its closed ones, each by time. */
export const orders: EngineOptions['orders'] = {
  visit: (row) => [textOf(row, 'site'), row.f['left'] === undefined ? OPEN : CLOSED, filedAt(row)],
};

export function isInside(row: Row): boolean {
  return row.f['left'] === undefined && row.f['joined'] === undefined;
}

/** Visits of a site that are not over, last in first. */
export async function readOpen(view: View, site: string): Promise<Row[]> {
  return (await view.list('visit', { prefix: [site, OPEN], limit: MANY })).filter(isInside);
}

export async function readInsideCount(view: View, site: string): Promise<number> {
  return (await readOpen(view, site)).length;
}
