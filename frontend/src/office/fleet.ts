// What the screens of devices read, in one reading.

import type { Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Names, readNames } from '../ui/values.ts';
import { type Device, deviceOf, dutyOf, type Fleet, newestOf } from './devices.ts';

/** A post where a tablet may stand. */
export interface Post {
  readonly id: string;
  /** With its site's name before it. */
  readonly name: string;
}

export interface Devices {
  /** All but the server itself. */
  readonly devices: readonly Device[];
  readonly newest: string | undefined;
  readonly shifts: readonly Shift[];
  readonly names: Names;
  /** Posts in use. */
  readonly posts: readonly Post[];
}

/** Kinds of row that `readDevices` reads. */
export const DEVICE_KINDS = ['device', 'shift', 'person', 'post', 'site', 'team'];

export async function readDevices(view: View): Promise<Devices> {
  const [rows, shifts, posts, names] = await Promise.all([
    view.all('device'),
    view.all('shift'),
    view.all('post'),
    readNames(view),
  ]);
  const devices = rows.map(deviceOf);
  return {
    devices: devices.filter(({ kind }) => kind !== 'server'),
    newest: newestOf(devices),
    shifts: shiftsIn(shifts),
    names,
    posts: posts.filter((post) => numberOf(post, 'closed') === undefined).map((post) => postOf(post, names)),
  };
}

function postOf(row: Row, names: Names): Post {
  const site = names.get(textOf(row, 'site')) ?? '';
  return { id: row.id, name: `${site} ${textOf(row, 'name')}`.trim() };
}

/** The fleet as it is judged at this moment. */
export function fleetOf({ newest, shifts }: Devices, now: number): Fleet {
  return { now, newest, onDuty: dutyOf(shifts, now) };
}
