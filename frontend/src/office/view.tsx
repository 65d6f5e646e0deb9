// The screens of the office and their addresses.

import type { ComponentType } from 'preact';
import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';
import { wide } from '../ui/wide.ts';
import { type GuestName, receive, type SectionName } from './sections.ts';

const screens = () => import('./screens.tsx');
const rules = () => import('./regulation-screens.tsx');
const staff = () => import('./staff-screens.tsx');
// Opened at one of them: their chunk comes while the device's storage opens.
if (location.pathname.startsWith('/office')) screens().catch(() => undefined);
if (/^\/office\/(?:people|devices|held|versions)/.test(location.pathname)) staff().catch(() => undefined);

/** The office around a screen. */
const InOffice = lazy(async () => (await screens()).OfficeFrame);

/** A section's list, and with an id one record of it. */
type Drawn = ComponentType<{ id?: string }>;

const drawn: Record<SectionName, Drawn> = {
  sites: lazy<{ id?: string }>(async () => (await screens()).Sites),
  buildings: lazy<{ id?: string }>(async () => (await screens()).Buildings),
  teams: lazy<{ id?: string }>(async () => (await screens()).Teams),
  people: lazy<{ id?: string }>(async () => (await staff()).People),
  devices: lazy<{ id?: string }>(async () => (await staff()).Devices),
  templates: lazy<{ id?: string }>(async () => (await screens()).Templates),
  regulations: lazy<{ id?: string }>(async () => (await rules()).Regulations),
  holidays: lazy<{ id?: string }>(async () => (await rules()).Holidays),
  vehicles: lazy<{ id?: string }>(async () => (await screens()).Vehicles),
};

const Unit = lazy<{ id?: string }>(async () => (await screens()).Unit);
const Held = lazy<{ id?: string }>(async () => (await staff()).Held);
const Versions = lazy<{ id?: string }>(async () => (await staff()).Versions);

function screen(section: SectionName, path: string, Section: Drawn = drawn[section]): Screen {
  return {
    path,
    draw: (id) => (
      <InOffice at={section}>
        <Section key={id} {...(id ? { id } : {})} />
      </InOffice>
    ),
  };
}

/** On a phone the sections; with room enough they stand beside whatever is shown, so the first one is. */
function home() {
  const First = drawn.sites;
  return wide.value ? (
    <InOffice at="sites">
      <First />
    </InOffice>
  ) : (
    <InOffice />
  );
}

export const officeScreens: readonly Screen[] = [
  { path: '/office', draw: home },
  ...(Object.keys(drawn) as SectionName[]).flatMap((section) => [
    screen(section, `/office/${section}`),
    screen(section, `/office/${section}/:id`),
  ]),
  screen('buildings', '/office/units/:id', Unit),
  screen('devices', '/office/held', Held),
  screen('devices', '/office/versions', Versions),
];

/** Screens of another feature that belong to the office: listed among its sections by the first, and drawn in its frame. */
export function inOffice(name: GuestName, of: readonly Screen[]): readonly Screen[] {
  if (of[0]) receive(name, of[0].path);
  return of.map(({ path, draw }) => ({ path, draw: (id) => <InOffice at={name}>{draw(id)}</InOffice> }));
}
