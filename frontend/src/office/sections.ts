// The sections of the office, in the order in which an estate is built.

import type { View } from '@gatehouse/sync/api';
import { numberOf } from '../ui/context.ts';

export const SECTIONS = [
  'sites',
  'buildings',
  'teams',
  'people',
  'devices',
  'templates',
  'regulations',
  'holidays',
  'vehicles',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Sections that other features bring. */
export type GuestName = 'import' | 'robots';

const guests: { readonly name: GuestName; readonly path: string }[] = [];

/** A section of another feature, listed after the office's own. */
export function receive(name: GuestName, path: string): void {
  guests.push({ name, path });
}

/** Every section with its address, in the order of the list. */
export function sections(): readonly { readonly name: SectionName | GuestName; readonly path: string }[] {
  return [...SECTIONS.map((name) => ({ name, path: sectionPath(name) })), ...guests];
}

/** The kinds that are counted beside a section's name. */
const COUNTED: Partial<Record<SectionName, string>> = {
  sites: 'site',
  buildings: 'building',
  teams: 'team',
  templates: 'template',
  vehicles: 'vehicle',
  people: 'person',
  devices: 'device',
};

export type Counts = Readonly<Partial<Record<SectionName | GuestName, number>>>;

/** Kinds of row that `readCounts` reads. */
export const COUNTED_KINDS: readonly string[] = Object.values(COUNTED);

/** How many of each section are in use. */
export async function readCounts(view: View, now: number): Promise<Counts> {
  const counted = Object.entries(COUNTED).map(async ([section, kind]) => {
    const rows = await view.all(kind);
    const gone = (field: string) => (row: (typeof rows)[number]) => (numberOf(row, field) ?? now + 1) <= now;
    const away = kind === 'vehicle' ? gone('until') : gone(kind === 'person' ? 'dismissed' : 'closed');
    // The server has a row among the devices too.
    const here =
      kind === 'device' ? rows.filter(({ f }) => f['kind'] !== 'server' && f['revoked'] === undefined) : rows;
    return [section, here.filter((row) => !away(row)).length] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}

/** Where a section's list is. */
export function sectionPath(section: SectionName): string {
  return `/office/${section}`;
}
