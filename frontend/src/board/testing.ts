// Hand-made rows for the board's tests. The day is 21 November 2026 in Shanghai.

import type { Json, Row } from '@gatehouse/sync/api';
import type { Shift } from '../ui/shifts.ts';
import { type Punch, punchOf } from './punches.ts';
import { deviceOf, type Found, lineOf, type State } from './queries.ts';

export const MINUTE = 60_000;
const DAY = Date.parse('2026-11-21T00:00:00+08:00');

/** `at('07:00')`; `at('07:00', 1)` is the next day. */
export function at(time: string, day = 0): number {
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  return DAY + ((day * 24 + hour) * 60 + minute) * MINUTE + second * 1000;
}

export function shift(part: Partial<Shift> = {}): Shift {
  const id = part.id ?? 's';
  const plain = { id, ver: id, person: 'wang', post: 'east', site: 'lake', team: 'a', date: '2026-11-21' };
  return { ...plain, start: at('07:00'), end: at('19:00'), label: '', night: false, ...part };
}

let made = 0;

export function row(kind: string, f: Record<string, Json>, part: Partial<Row> = {}): Row {
  made += 1;
  const id = `${kind} ${String(made).padStart(4, '0')}`;
  return { id, kind, at: at('06:00'), by: 'wang', ver: id, n: 1, f, ...part };
}

/** Of the shift `s` unless another is named; '' names none. */
export function punch(direction: 'in' | 'out', when: number, named = 's', part: Partial<Row> = {}): Punch {
  const stated = named ? { shift: named } : {};
  return punchOf(row('punch', { direction, punched: when, site: 'lake', post: 'east', ...stated }, part));
}

export function gate(device: string, upTo: number, held = 0, post = 'east') {
  return deviceOf(row('gate', { device, label: device, post, site: 'lake', complete_to: upTo, held }));
}

/** The state of a shift, with the devices behind by name. */
export function stateOf(
  now: number,
  punches: readonly Punch[] = [],
  devices: readonly ReturnType<typeof gate>[] = [gate('kiosk', now)],
  of: Shift = shift(),
): unknown {
  const { state } = lineOf(of, punches, devices, now);
  return 'behind' in state ? { ...state, behind: state.behind.map(({ id }) => id) } : (state satisfies State);
}

export function found(part: Partial<Found>): Found {
  const none = { posts: new Map(), sites: new Map(), phones: new Map(), names: new Map() };
  return { shifts: [], punches: [], devices: [], ...none, ...part };
}
