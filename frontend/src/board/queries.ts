// What the supervisor's board says of each shift. Pure, but for the reading at the end. No row and no rule here ever
// says "absent": what has not arrived yet is no fact about a person (P27).

import type { Row, View } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Names, readNames } from '../ui/values.ts';
import { bound, type Punch, punchOf } from './punches.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Shifts are on the board from so long before their start to so long after their end. */
export const AHEAD = 4 * HOUR;
export const BEHIND = 2 * HOUR;
/** People are a few minutes late; nothing is asked of anybody's data before. */
export const GRACE = 10 * MINUTE;
/** A device that is well tells of itself every minute or two: one heard from so shortly before is not silent. */
export const FRESH = 5 * MINUTE;
const LONGEST = 36 * HOUR;

/** A device that stands at a post, or was last used there. */
export interface Device {
  readonly id: string;
  readonly label: string;
  readonly post: string;
  /** All it recorded up to here has arrived, UTC ms; 0: nothing is known. */
  readonly upTo: number;
  readonly site: string;
  /** What it says it recorded and has not sent. */
  readonly held: number;
  /** It was taken out of use. */
  readonly retired: boolean;
}

/**
 * `in` came, and has not gone (`over`: though the shift ended); `out` went; `due` is still to come, or to begin now;
 * `waiting` for what `behind` may hold; `none` though every device has told up to `upTo`; `unknown`: no device is known.
 */
export type State =
  | { readonly kind: 'in'; readonly since: number; readonly over: boolean; readonly behind: readonly Device[] }
  | { readonly kind: 'out'; readonly at: number; readonly cameIn: boolean; readonly behind: readonly Device[] }
  | { readonly kind: 'due' }
  | { readonly kind: 'waiting'; readonly behind: readonly Device[] }
  | { readonly kind: 'none'; readonly upTo: number }
  | { readonly kind: 'unknown' };

export interface Line {
  readonly shift: Shift;
  readonly state: State;
  /** All punches of the shift, oldest first. */
  readonly punches: readonly Punch[];
  /** The punch that the state rests on. */
  readonly shown: Punch | undefined;
  /** Where a punch of this shift can have been recorded. */
  readonly devices: readonly Device[];
}

export function deviceOf({ f, id }: Row): Device {
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    id: text(f['device']) || id,
    label: text(f['label']),
    post: text(f['post']),
    site: text(f['site']),
    upTo: number(f['complete_to']),
    held: number(f['held']),
    retired: f['retired'] === true,
  };
}

/** Whether the shift has a line on the board. */
export function isOn({ start, end }: Shift, now: number): boolean {
  return start <= now + AHEAD && now - BEHIND <= end;
}

export function lineOf(shift: Shift, punches: readonly Punch[], devices: readonly Device[], now: number): Line {
  const there = devices.filter((device) => mayHold(device, shift)).sort(likelier);
  // Nobody goes from a shift that has not begun: that was the wrong button.
  const counted = punches.filter(({ direction, at }, i) => {
    const came = punches.slice(0, i).some((before) => before.direction === 'in');
    return direction === 'in' || came || at >= shift.start;
  });
  const shown = counted.at(-1);
  const state = shown === undefined ? unseen(shift, there, now) : seen(shift, counted, shown, there, now);
  return { shift, state, punches, shown: state.kind === 'in' ? arrival(counted) : shown, devices: there };
}

/** A device that has been silent for so long before a shift is waited for no more. */
const GIVEN_UP = 48 * 3_600_000;

/** Whether a device may hold a punch of the shift: one of its post, or any of its site that says it holds acts. */
function mayHold({ post, site, upTo, held, retired }: Device, shift: Shift): boolean {
  if (retired || (upTo > 0 && upTo < shift.start - GIVEN_UP)) return false;
  return post === shift.post || (held > 0 && site === shift.site);
}

/** Of several devices the one that is known to hold something is named first, then the one last heard from. */
function likelier(a: Device, b: Device): number {
  return Number(b.held > 0) - Number(a.held > 0) || b.upTo - a.upTo || (a.id < b.id ? -1 : 1);
}

function arrival(punches: readonly Punch[]): Punch | undefined {
  return punches.find(({ direction }) => direction === 'in');
}

function seen(shift: Shift, punches: readonly Punch[], last: Punch, devices: readonly Device[], now: number): State {
  const came = arrival(punches);
  if (came === undefined || last.direction === 'out')
    return { kind: 'out', at: last.at, cameIn: came !== undefined, behind: came ? [] : short(devices, shift.start) };
  const over = now > shift.end + GRACE;
  return { kind: 'in', since: came.at, over, behind: over ? short(devices, shift.end) : [] };
}

function unseen({ start }: Shift, devices: readonly Device[], now: number): State {
  if (now < start) return { kind: 'due' };
  if (devices.length === 0) return { kind: 'unknown' };
  if (now <= start + GRACE) {
    const silent = devices.filter(({ upTo }) => upTo < start - FRESH);
    return silent.length > 0 ? { kind: 'waiting', behind: silent } : { kind: 'due' };
  }
  const behind = short(devices, start);
  if (behind.length > 0) return { kind: 'waiting', behind };
  return { kind: 'none', upTo: Math.min(...devices.map(({ upTo }) => upTo)) };
}

/** Devices that have not told all past `at` and the minutes after it, or that say they hold something more. */
function short(devices: readonly Device[], at: number): Device[] {
  return devices.filter(({ upTo, held }) => upTo <= at + GRACE || held > 0);
}

export type Count = 'in' | 'due' | 'waiting' | 'none' | 'other';
export const COUNTS = ['in', 'due', 'waiting', 'none', 'other'] as const;

/** Under which of the numbers on top a line counts; who should have gone is not counted as being there. */
export function countOf({ state }: Line): Count {
  if (state.kind === 'in') return state.over ? 'other' : 'in';
  if (state.kind === 'out') return 'other';
  return state.kind === 'unknown' ? 'waiting' : state.kind;
}

export function tally(lines: readonly Line[]): Record<Count, number> {
  const numbers = { in: 0, due: 0, waiting: 0, none: 0, other: 0 };
  for (const line of lines) numbers[countOf(line)] += 1;
  return numbers;
}

/** Rows as they lie on the device. */
export interface Found {
  readonly shifts: readonly Shift[];
  readonly punches: readonly Punch[];
  readonly devices: readonly Device[];
  readonly posts: ReadonlyMap<string, Row>;
  readonly sites: ReadonlyMap<string, Row>;
  readonly phones: ReadonlyMap<string, string>;
  readonly names: Names;
}

export interface Group {
  readonly post: string;
  readonly site: string;
  readonly lines: readonly Line[];
}

/** The lines of the led teams' shifts, by post: posts in their order, in each the earliest shift first. */
export function boardOf(found: Found, leads: readonly string[], now: number): Group[] {
  const made = bound(found.shifts, found.punches);
  const groups = new Map<string, Line[]>();
  for (const shift of found.shifts) {
    if (!leads.includes(shift.team) || !isOn(shift, now)) continue;
    const line = lineOf(shift, made.get(shift.id) ?? [], found.devices, now);
    groups.set(shift.post, [...(groups.get(shift.post) ?? []), line]);
  }
  const place = (post: string) => {
    const row = found.posts.get(post);
    return { site: textOf(row, 'site'), order: numberOf(row, 'order') ?? 0 };
  };
  const siteName = (site: string) => textOf(found.sites.get(site), 'name');
  const name = ({ shift }: Line) => found.names.get(shift.person) ?? '';
  return [...groups]
    .map(([post, lines]) => ({
      post,
      site: place(post).site || (lines[0]?.shift.site ?? ''),
      lines: lines.sort((a, b) => a.shift.start - b.shift.start || name(a).localeCompare(name(b))),
    }))
    .sort(
      (a, b) =>
        siteName(a.site).localeCompare(siteName(b.site)) ||
        (a.site < b.site ? -1 : a.site > b.site ? 1 : 0) ||
        place(a.post).order - place(b.post).order,
    );
}

/** What is left of the board by the filters that are set; '' filters nothing. */
export function narrowed(groups: readonly Group[], site: string, post: string, count: Count | ''): Group[] {
  return groups
    .filter((group) => (!site || group.site === site) && (!post || group.post === post))
    .map((group) => ({ ...group, lines: group.lines.filter((line) => !count || countOf(line) === count) }))
    .filter(({ lines }) => lines.length > 0);
}

export async function readBoard(view: View, now: number): Promise<Found> {
  // A shift that is on the board can have begun so long ago; its neighbours say where a punch belongs.
  const since = now - BEHIND - LONGEST;
  const [shifts, punches, gates, posts, sites, people, names] = await Promise.all([
    newest(view, 'shift', (row) => numberOf(row, 'start') ?? row.at, since),
    newest(view, 'punch', (row) => numberOf(row, 'punched') ?? row.at, since),
    view.all('gate'),
    view.all('post'),
    view.all('site'),
    view.all('person'),
    readNames(view),
  ]);
  return {
    shifts: shiftsIn(shifts),
    punches: punches.map(punchOf),
    devices: gates.map(deviceOf),
    posts: byId(posts),
    sites: byId(sites),
    phones: new Map(people.map((row) => [row.id, textOf(row, 'phone')])),
    names,
  };
}

const FIRST = 500;

/** Rows of a kind that is filed by time, back to `since`: a month of them is not read for a day. */
async function newest(view: View, kind: string, at: (row: Row) => number, since: number): Promise<Row[]> {
  for (let limit = FIRST; ; limit *= 4) {
    const rows = await view.list(kind, { prefix: [], limit });
    const last = rows.at(-1);
    if (rows.length < limit || last === undefined || at(last) < since) return rows.filter((row) => at(row) >= since);
  }
}

function byId(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
