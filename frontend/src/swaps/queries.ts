// What the screens of shifts and swaps read. Everything here is pure or takes a view.

import type { OwnAct, RecordState, Row, View } from '@gatehouse/sync/api';
import { numberOf, type Standing, textOf } from '../ui/context.ts';
import { deliveredOf, statesOf } from '../ui/requests.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { isOpen, isSuperseded, type Swap, swapsIn, takerOf } from '../ui/swaps.ts';
import { dayKey } from '../ui/time.ts';
import { type Names, readNames } from '../ui/values.ts';
import { type Move, movesOf, onItsWay } from './moves.ts';
import { isShort, type Leg, legsOf, restAround } from './rest.ts';
import { answersOf, asksTeam, waitingOf } from './waiting.ts';
import { repayOf, type Weighed, weighedOf } from './weighed.ts';

const DAY = 86_400_000;
/** So far ahead one's own shifts are shown. */
export const AHEAD = 14 * DAY;

/** Kinds of row that `readDesk` reads. */
export const KINDS = ['swap', 'shift', 'person', 'post', 'team', 'deputy'];

/** All that the screens go by, in one reading: every answer below follows from it. */
export interface Desk {
  readonly rows: readonly Row[];
  readonly swaps: readonly Swap[];
  readonly shifts: readonly Shift[];
  /** Roster version of a shift that a swap changed. */
  readonly changed: ReadonlyMap<string, { readonly roster: number; readonly swap: string }>;
  readonly people: readonly Row[];
  readonly deputies: readonly Row[];
  readonly names: Names;
  readonly acts: readonly OwnAct[];
  readonly states: ReadonlyMap<string, RecordState>;
}

export async function readDesk(view: View): Promise<Desk> {
  const [rows, shifts, people, deputies, names] = await Promise.all([
    view.all('swap'),
    view.all('shift'),
    view.all('person'),
    view.all('deputy'),
    readNames(view),
  ]);
  const acts = view.ownActs();
  return {
    ...{ rows, people, deputies, names, acts },
    states: statesOf(view, [...rows, ...deputies]),
    swaps: swapsIn(rows, deliveredOf(acts)),
    shifts: shiftsIn(shifts),
    changed: new Map(
      shifts
        .filter((row) => textOf(row, 'swap') !== '')
        .map((row) => [row.id, { roster: numberOf(row, 'roster') ?? 0, swap: textOf(row, 'swap') }]),
    ),
  };
}

/** A swap with what it would do, and what the person can do about it. */
export interface Case {
  readonly swap: Swap;
  readonly legs: readonly Leg[];
  readonly deadline: number | undefined;
  /** Other open swaps that would move one of the same shifts. */
  readonly rivals: readonly Swap[];
  readonly moves: readonly Move[];
  /** An answer of the person's that has not been decided. */
  readonly answer: OwnAct | undefined;
  readonly state: RecordState | undefined;
  /** What the server found out for whoever decides. */
  readonly weighed: Weighed;
}

export function caseOf(desk: Desk, swap: Swap, person: string, standing: Standing, now: number): Case {
  const answer = onItsWay(swap, answersOf(desk.acts).get(swap.id), person);
  const moves = movesOf(swap, person, standing, now, answer);
  const shift = (id: string | undefined) => desk.shifts.find((one) => one.id === id);
  const give = shift(swap.give);
  // Who looks at a question put to several sees what taking the shift would do to themselves.
  const taker = takerOf(swap) ?? (moves.includes('accept') ? person : undefined);
  const legs = give === undefined ? [] : legsOf(desk.shifts, give, swap.by, shift(swap.take), taker);
  const starts = legs.map((leg) => leg.shift.start);
  return {
    ...{ swap, legs, moves, answer },
    deadline: swap.deadline ?? (starts.length > 0 ? Math.min(...starts) : undefined),
    rivals: rivalsOf(desk.swaps, swap),
    state: desk.states.get(swap.id),
    weighed: weighedOf(desk.rows.find(({ id }) => id === swap.id)),
  };
}

export function rivalsOf(swaps: readonly Swap[], swap: Swap): Swap[] {
  const legs = new Set([swap.give, ...(swap.take === undefined ? [] : [swap.take])]);
  return swaps.filter(
    (other) =>
      other.id !== swap.id && isOpen(other) && (legs.has(other.give) || (!!other.take && legs.has(other.take))),
  );
}

/** What waits for the person, the most urgent first. */
export function waitingCases(desk: Desk, person: string, standing: Standing, now: number): Case[] {
  return swapsIn(waitingOf(desk.rows, desk.acts, person, standing, now)).map((swap) =>
    caseOf(desk, swap, person, standing, now),
  );
}

/** Requests put to the whole team that the person may take. */
export function teamCases(desk: Desk, person: string, standing: Standing, now: number): Case[] {
  return byDeadline(
    swapsIn(desk.rows.filter((row) => asksTeam(row, person, standing)))
      .map((swap) => caseOf(desk, swap, person, standing, now))
      .filter(({ moves }) => moves.includes('accept')),
  );
}

/** What the person answered and nobody has decided yet; their own requests are not among them. */
export function answeredCases(desk: Desk, person: string, standing: Standing, now: number): Case[] {
  return byDeadline(
    desk.swaps
      .filter(({ by }) => by !== person)
      .map((swap) => caseOf(desk, swap, person, standing, now))
      .filter(({ answer }) => answer !== undefined),
  );
}

/** Open swaps of the person's own: asked by them, or taken by them. */
export function ownCases(desk: Desk, person: string, standing: Standing, now: number): Case[] {
  const open = desk.swaps.filter((swap) => isOpen(swap) && (swap.by === person || swap.acceptedBy === person));
  return byDeadline(open.map((swap) => caseOf(desk, swap, person, standing, now)));
}

/** The most urgent first; of two at once the earlier request, so that a card that was answered keeps its place. */
export function byDeadline(cases: readonly Case[]): Case[] {
  const last = Number.POSITIVE_INFINITY;
  const order = (a: Case, b: Case) => (a.swap.id < b.swap.id ? -1 : 1);
  return [...cases].sort((a, b) => (a.deadline ?? last) - (b.deadline ?? last) || order(a, b));
}

/** A day with shifts, or so many days without before the next one. */
export type Line =
  | { readonly day: string; readonly at: number; readonly shifts: readonly Shift[] }
  | { readonly off: number; readonly before: string };

/** The person's shifts from today on, by day. */
export function daysOf(shifts: readonly Shift[], person: string, now: number, zone: string): Line[] {
  const mine = shifts.filter((shift) => shift.person === person && shift.end > now && shift.start < now + AHEAD);
  const days = new Map<string, Shift[]>();
  for (const shift of mine) {
    const day = dayKey(shift.start, zone);
    days.set(day, [...(days.get(day) ?? []), shift]);
  }
  const lines: Line[] = [];
  let before: string | undefined;
  for (const [day, found] of days) {
    const off = before === undefined ? 0 : Math.round((Date.parse(day) - Date.parse(before)) / DAY) - 1;
    if (off > 0) lines.push({ off, before: day });
    lines.push({ day, at: found[0]?.start ?? 0, shifts: found });
    before = day;
  }
  return lines;
}

/** The swap that a shift of the person's is in now. */
export function swapOfShift(swaps: readonly Swap[], shift: string, person: string): Swap | undefined {
  const open = swaps.filter((swap) => isOpen(swap) && (swap.give === shift || swap.take === shift));
  return open.find(({ by }) => by === person) ?? open.find(({ acceptedBy }) => acceptedBy === person);
}

export interface Colleague {
  readonly id: string;
  readonly name: string;
  /** Free to take the shift: no other at the same time. */
  readonly clash: boolean;
  readonly short: boolean;
  /** They work on that day, at other hours. */
  readonly works: boolean;
  /** They have shifts of this team at all. */
  readonly rostered: boolean;
  /** They work at the shift's post (0), at its site (1), elsewhere (2). */
  readonly far: number;
}

/** Who of the team could take the shift, those it suits first. */
export function colleaguesOf(desk: Desk, shift: Shift, person: string, now: number, zone: string): Colleague[] {
  const day = dayKey(shift.start, zone);
  const rank = ({ clash, short, rostered }: Colleague) => (rostered ? (clash ? 2 : short ? 1 : 0) : 3);
  return desk.people
    .filter((row) => row.id !== person && textOf(row, 'team') === shift.team)
    .filter((row) => (numberOf(row, 'dismissed') ?? Number.POSITIVE_INFINITY) > now)
    .map((row) => {
      const theirs = desk.shifts.filter((one) => one.person === row.id);
      const rest = restAround(shift, theirs);
      return {
        id: row.id,
        name: textOf(row, 'name'),
        clash: rest.clash !== undefined,
        short: isShort(rest),
        works: theirs.some(({ start }) => dayKey(start, zone) === day),
        rostered: theirs.length > 0,
        far: theirs.some(({ post }) => post === shift.post)
          ? 0
          : theirs.some(({ site }) => site === shift.site)
            ? 1
            : 2,
      };
    })
    .sort((a, b) => rank(a) - rank(b) || a.far - b.far);
}

/** Shifts of a colleague that could come back for `give`: a repay comes after it. */
export function takeable(desk: Desk, give: Shift, colleague: string, mode: string, now: number): Shift[] {
  const from = mode === 'repay' ? give.start : now;
  return desk.shifts.filter((shift) => shift.person === colleague && shift.team === give.team && shift.start > from);
}

/** Whether neither would have two shifts at once. */
export function fits(legs: readonly Leg[]): boolean {
  return legs.every(({ rest }) => rest?.clash === undefined);
}

/** One line of what happened to a swap. */
export interface Event {
  readonly what:
    | 'requested'
    | 'accepted'
    | 'declined'
    | 'approved'
    | 'rejected'
    | 'withdrawn'
    | 'expired'
    | 'superseded';
  /** Undefined for what nobody did. */
  readonly who: string | undefined;
  readonly at: number;
}

/** What the device holds of its story, oldest first. */
export function storyOf(swap: Swap): Event[] {
  const events: Event[] = [{ what: 'requested', who: swap.by, at: swap.at }];
  const taken = swap.wrote('accepted_by');
  if (taken) events.push({ what: 'accepted', who: taken.person, at: taken.at });
  const said = swap.wrote('declined');
  if (said) events.push({ what: 'declined', who: said.person, at: said.at });
  const last = swap.wrote('state');
  const ended =
    !isOpen(swap) && last !== undefined && !events.some(({ at, what }) => at === last.at && what === swap.state);
  if (ended) {
    const what = isSuperseded(swap) ? 'superseded' : (swap.state as Event['what']);
    events.push({ what, who: what === 'expired' ? undefined : last.person, at: last.at });
  }
  return events.sort((a, b) => a.at - b.at);
}

/** The swap whose approval ended this one. */
export function winnerOver(swaps: readonly Swap[], swap: Swap): Swap | undefined {
  const op = swap.wrote('state')?.op;
  return isSuperseded(swap) ? swaps.find((one) => one.id !== swap.id && one.wrote('state')?.op === op) : undefined;
}

export interface Deputy {
  readonly id: string;
  readonly absent: string;
  readonly deputy: string;
  readonly since: number;
  readonly until: number;
  readonly state: RecordState | undefined;
}

/** Deputies that hold now or later, in which the person is one of the two. */
export function deputiesOf({ deputies, states }: Desk, person: string, now: number): Deputy[] {
  return deputies
    .map((row) => ({
      id: row.id,
      absent: textOf(row, 'absent'),
      deputy: textOf(row, 'deputy'),
      since: numberOf(row, 'since') ?? 0,
      until: numberOf(row, 'until') ?? 0,
      state: states.get(row.id),
    }))
    .filter(({ absent, deputy, until }) => until > now && (absent === person || deputy === person))
    .sort((a, b) => a.since - b.since);
}

/** Who could decide in one's place: people others report to first, then one's own team. */
export function deputyChoices({ people }: Desk, person: string, team: string | undefined, now: number): Row[] {
  const bosses = new Set(people.map((row) => textOf(row, 'superior')));
  const here = people.filter(
    (row) => row.id !== person && (numberOf(row, 'dismissed') ?? Number.POSITIVE_INFINITY) > now,
  );
  const lead = here.filter(({ id }) => bosses.has(id));
  return [...lead, ...here.filter((row) => !bosses.has(row.id) && textOf(row, 'team') === team)];
}

/** A swap by its id; null where the device holds none. */
export function swapWith(desk: Desk, id: string): Swap | null {
  return desk.swaps.find((swap) => swap.id === id) ?? null;
}

/** The oldest swap by which this colleague still owes the person a shift (I-42). */
export function debtOf({ rows }: Desk, person: string, colleague: string): Swap | undefined {
  const owed = rows.filter((row) => row.by === colleague && textOf(row, 'accepted_by') === person);
  return swapsIn(owed.filter((row) => repayOf(row) === 'open')).sort((a, b) => a.at - b.at)[0];
}
