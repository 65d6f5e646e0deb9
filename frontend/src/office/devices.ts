// The devices of the estate as the office sees them: what each says of itself, and what is wrong with it. Pure.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import type { Shift } from '../ui/shifts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A device that was not heard of for so long is lost, or lies in a drawer. */
export const LONG_SILENT = 7 * DAY;
/** While somebody should be working on it, so long is too long. */
export const SILENT = 2 * HOUR;
/** A clock that differs by less is what ordinary clocks do; times of acts are corrected anyway (I8). */
export const CLOCK_OFF = 2 * MINUTE;

export interface Device {
  readonly id: string;
  /** A post's `kiosk`, one person's `personal`, or the `server`. */
  readonly kind: string;
  readonly label: string;
  /** Who signed in there last; '' for nobody and for a post's tablet. */
  readonly owner: string;
  readonly post: string;
  readonly site: string;
  readonly enrolled: number;
  /** Last heard of, UTC ms; it may be some minutes old. */
  readonly seen: number | undefined;
  /** Release and build of its app, when it ever said: `0.2.0+Bx81kd`. */
  readonly app: string | undefined;
  /** Acts recorded there that the server does not have. */
  readonly waiting: number;
  /** The server's time minus the device's, ms. */
  readonly offset: number | undefined;
  /** Whether the browser promised to keep its storage, when it ever said. */
  readonly kept: boolean | undefined;
  readonly revoked: number | undefined;
}

export function deviceOf(row: Row): Device {
  const { kept, app } = row.f;
  return {
    id: textOf(row, 'device') || row.id,
    kind: textOf(row, 'kind'),
    label: textOf(row, 'label'),
    owner: textOf(row, 'owner'),
    post: textOf(row, 'post'),
    site: textOf(row, 'site'),
    enrolled: numberOf(row, 'enrolled') ?? row.at,
    seen: numberOf(row, 'seen'),
    app: typeof app === 'string' ? app : undefined,
    waiting: numberOf(row, 'waiting') ?? 0,
    offset: numberOf(row, 'offset'),
    kept: typeof kept === 'boolean' ? kept : undefined,
    revoked: numberOf(row, 'revoked'),
  };
}

/** What can be wrong with a device, the worst first. */
export const TROUBLES = ['lost', 'silent', 'waiting', 'clock', 'old_app', 'storage'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** The fleet at one moment. */
export interface Fleet {
  readonly now: number;
  /** The app that the server gives out; undefined when it cannot tell. */
  readonly newest: string | undefined;
  /** Whether somebody should be working on the device now. */
  readonly onDuty: (device: Device) => boolean;
}

/** What is wrong with it, the worst first; nothing is wrong with one that is out of use. */
export function troublesOf(device: Device, { now, newest, onDuty }: Fleet): Trouble[] {
  if (device.revoked !== undefined) return [];
  const silent = now - lastHeard(device);
  const is: Record<Trouble, boolean> = {
    lost: silent > LONG_SILENT,
    silent: silent > SILENT && silent <= LONG_SILENT && onDuty(device),
    waiting: device.waiting > 0,
    clock: Math.abs(device.offset ?? 0) > CLOCK_OFF,
    old_app: device.seen !== undefined && lags(device, newest),
    storage: device.kept === false,
  };
  return TROUBLES.filter((trouble) => is[trouble]);
}

/** When it was last heard of, its enrolment at least. */
export function lastHeard({ seen, enrolled }: Device): number {
  return Math.max(seen ?? 0, enrolled);
}

/** Whether it runs another app than the server gives out; one that never said which runs an older one. */
export function lags({ app }: Device, newest: string | undefined): boolean {
  return newest !== undefined && app !== newest;
}

/** The devices by what is wrong with them, the worst first; of two alike the one that is silent for longer. */
export function byTrouble(devices: readonly Device[], fleet: Fleet): { device: Device; troubles: Trouble[] }[] {
  const rank = (troubles: Trouble[]) => (troubles[0] === undefined ? TROUBLES.length : TROUBLES.indexOf(troubles[0]));
  return devices
    .map((device) => ({ device, troubles: troublesOf(device, fleet) }))
    .sort(
      (a, b) =>
        rank(a.troubles) - rank(b.troubles) ||
        b.troubles.length - a.troubles.length ||
        lastHeard(a.device) - lastHeard(b.device) ||
        (a.device.id < b.device.id ? -1 : 1),
    );
}

/**
 * Who should be working on a device now: a post's tablet always is to be there; a person's while a shift of theirs
 * runs that this device holds.
 */
export function dutyOf(shifts: readonly Shift[], now: number): (device: Device) => boolean {
  const working = new Set(shifts.filter(({ start, end }) => start <= now && now < end).map(({ person }) => person));
  return ({ kind, owner }) => kind === 'kiosk' || working.has(owner);
}

/** The app the server gives out, from its own row. */
export function newestOf(devices: readonly Device[]): string | undefined {
  return devices.find(({ kind }) => kind === 'server')?.app;
}

/** One build, and who runs it. */
export interface Build {
  /** Undefined: it never said. */
  readonly app: string | undefined;
  readonly newest: boolean;
  readonly devices: readonly Device[];
}

/** Which builds run on the devices in use: the newest first, also when nobody has it yet; then those most have. */
export function buildsOf(devices: readonly Device[], newest: string | undefined): Build[] {
  const byApp = new Map<string | undefined, Device[]>(newest === undefined ? [] : [[newest, []]]);
  for (const device of devices) {
    if (device.kind === 'server' || device.revoked !== undefined) continue;
    byApp.set(device.app, [...(byApp.get(device.app) ?? []), device]);
  }
  return [...byApp]
    .map(([app, found]) => ({ app, newest: app !== undefined && app === newest, devices: found }))
    .sort((a, b) => Number(b.newest) - Number(a.newest) || b.devices.length - a.devices.length);
}

/** `0.2.0` and `Bx81kd` of `0.2.0+index-Bx81kd`: a build is named by its release and its first script. */
export function appParts(app: string): { readonly release: string; readonly build: string } {
  const [release = '', build = ''] = app.split('+', 2);
  return { release, build: build.replace(/^index-/, '') };
}
