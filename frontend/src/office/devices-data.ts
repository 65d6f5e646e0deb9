// What an office wants to know of its devices, from their rows (kind `device`): which lag, which are silent, and so on.

import type { Row } from '@gatehouse/sync/api';

const HOUR = 3_600_000;
/** A device in use is heard of every few minutes: after two hours something is wrong with it or its network. */
export const SILENT_MS = 2 * HOUR;
/** After a week somebody must go and look: what waits on it may be lost with it. */
export const LOST_MS = 7 * 24 * HOUR;
/** A clock that is further off than this makes people doubt the times of their punches. */
export const CLOCK_MS = 120_000;

export interface DeviceFacts {
  readonly id: string;
  readonly kind: 'personal' | 'kiosk';
  readonly label: string;
  /** Who was signed in there last; a post's tablet has a post instead. */
  readonly owner: string | null;
  readonly post: string | null;
  readonly site: string | null;
  readonly enrolled: number;
  /** Null: never heard of since it was enrolled. */
  readonly seen: number | null;
  /** The release of its app, as people call it; null when it never said. */
  readonly release: string | null;
  /** It runs another build than the one served; also when it never said which. */
  readonly lags: boolean;
  readonly silence: 'none' | 'hours' | 'lost';
  readonly waiting: number;
  /** Server time minus its clock, ms, when that is further off than people should live with. */
  readonly clockOff: number | null;
  /** Its browser may throw away what is stored, unsent acts too. */
  readonly unsafe: boolean;
  readonly revoked: number | null;
}

export interface Fleet {
  /** Release of the app served; null when the server serves none. */
  readonly served: string | null;
  /** Those that need somebody first: lost, silent, lagging; then by label. Revoked ones last. */
  readonly devices: readonly DeviceFacts[];
}

/** All devices of the org at `now`, UTC ms. */
export function fleet(rows: readonly Row[], now: number): Fleet {
  const served = text(rows.find((row) => row.f['kind'] === 'server')?.f['app']);
  const devices = rows.filter((row) => row.f['kind'] !== 'server').map((row) => facts(row, served, now));
  return { served: release(served), devices: devices.sort((a, b) => rank(a) - rank(b) || compare(a, b)) };
}

/** The release in an app's full name: what stands before its build. */
export function release(app: string | null): string | null {
  return app?.split('+')[0] || null;
}

function facts({ f, at }: Row, served: string | null, now: number): DeviceFacts {
  const app = text(f['app']);
  const seen = number(f['seen']);
  const enrolled = number(f['enrolled']) ?? at;
  const offset = number(f['offset']);
  const revoked = number(f['revoked']);
  const quiet = now - (seen ?? enrolled);
  return {
    id: String(f['device']),
    kind: f['kind'] === 'kiosk' ? 'kiosk' : 'personal',
    label: text(f['label']) ?? '',
    owner: text(f['owner']),
    post: text(f['post']),
    site: text(f['site']),
    enrolled,
    seen,
    release: release(app),
    lags: revoked === null && served !== null && app !== served,
    silence: revoked !== null || quiet <= SILENT_MS ? 'none' : quiet <= LOST_MS ? 'hours' : 'lost',
    waiting: number(f['waiting']) ?? 0,
    clockOff: offset !== null && Math.abs(offset) > CLOCK_MS ? offset : null,
    unsafe: f['kept'] === false,
    revoked,
  };
}

function rank(device: DeviceFacts): number {
  if (device.revoked !== null) return 5;
  if (device.silence === 'lost') return 0;
  if (device.silence === 'hours') return 1;
  return device.lags || device.clockOff !== null ? 2 : 3;
}

function compare(a: DeviceFacts, b: DeviceFacts): number {
  return a.label.localeCompare(b.label) || (a.id < b.id ? -1 : 1);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
