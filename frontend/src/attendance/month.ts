// A person's month as it lies on the device: what rules said of each shift, and what they propose. Pure.

import type { Json, Row } from '@gatehouse/sync/api';
import { textOf } from '../ui/context.ts';

export type Certainty = 'open' | 'waiting' | 'final' | 'final_silent';
export type Status =
  | 'planned'
  | 'on_duty'
  | 'present'
  | 'late'
  | 'early'
  | 'late_early'
  | 'missing_in'
  | 'missing_out'
  | 'absent'
  | 'leave'
  | 'part_leave'
  | 'rest';
export type Fact = string | number;
export type Facts = Readonly<Record<string, Fact>>;

/** One sentence of an explanation: its key, its facts, the clause it rests on. */
export interface Line {
  readonly key: string;
  readonly clause: string | undefined;
  readonly facts: Facts;
}

/** What became of one shift. Minutes are whole. */
export interface Day {
  readonly shift: string;
  /** Business date `2026-11-21`. */
  readonly date: string;
  readonly status: Status;
  readonly certainty: Certainty;
  readonly late: number;
  readonly early: number;
  readonly worked: number;
  readonly night: number;
  readonly came: number | undefined;
  readonly went: number | undefined;
  /** Whose shift it was. */
  readonly team: string;
  readonly lines: readonly Line[];
}

/** What a person made of a proposal; `undo`: it was confirmed, and its cause is gone (I-29). */
export type Standing = 'proposed' | 'confirmed' | 'dismissed' | 'undo' | 'reversed';

/** A price that a clause names, for a person to confirm or dismiss. */
export interface Proposal {
  readonly id: string;
  readonly cause: string;
  readonly date: string;
  readonly clause: string;
  readonly penalty: Readonly<Record<string, number | boolean>>;
  readonly facts: Facts;
  readonly state: Standing;
  /** What a person decided about it, once somebody has. */
  readonly decision: Decision | undefined;
}

/** A record of what a person decided about one proposal. */
export interface Decision {
  readonly id: string;
  readonly person: string;
  readonly month: string;
  /** The id of the proposal. */
  readonly proposal: string;
  readonly state: 'confirmed' | 'dismissed' | 'reversed';
  readonly cause: string;
  readonly clause: string;
  readonly date: string;
  readonly price: Readonly<Record<string, number | boolean>>;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** One month of one person. */
export interface Month {
  readonly id: string;
  readonly ver: string;
  readonly person: string;
  /** `2026-11`. */
  readonly month: string;
  /** Teams whose shifts are among its days. */
  readonly teams: readonly string[];
  /** Teams of these that have closed it: what the row says of them changes no more. */
  readonly closed: ReadonlySet<string>;
  /** What later data made of it after it was closed, oldest first. */
  readonly revisions: readonly Revision[];
  /** What the row itself says was decided: less than the decisions' own records tell. */
  readonly settled: readonly Decision[];
  /** Decisions that the server holds to be without their cause now, by id. */
  readonly groundless: ReadonlySet<string>;
  readonly days: readonly Day[];
  readonly proposals: readonly Proposal[];
  readonly unscheduled: number;
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** What is otherwise than it was when the month was closed. */
export interface Revision {
  readonly n: number;
  readonly at: number;
  readonly dates: readonly string[];
}

type Bag = { readonly [key: string]: Json };

function bag(value: Json | undefined): Bag | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function bags(value: Json | undefined): Bag[] {
  return Array.isArray(value) ? value.map(bag).filter((one) => one !== undefined) : [];
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : '');
const whole = (value: Json | undefined) => (typeof value === 'number' ? value : 0);
const instant = (value: Json | undefined) => (typeof value === 'number' ? value : undefined);

function factsOf(value: Json | undefined): Facts {
  const known = Object.entries(bag(value) ?? {}).filter(
    (pair): pair is [string, Fact] => typeof pair[1] === 'string' || typeof pair[1] === 'number',
  );
  return Object.fromEntries(known);
}

function dayOf(from: Bag): Day {
  return {
    shift: text(from['shift']),
    date: text(from['date']),
    status: (text(from['status']) || 'planned') as Status,
    certainty: (text(from['certainty']) || 'open') as Certainty,
    late: whole(from['late']),
    early: whole(from['early']),
    worked: whole(from['worked']),
    night: whole(from['night']),
    came: instant(from['came']),
    went: instant(from['went']),
    team: text(from['team']),
    lines: (Array.isArray(from['lines']) ? from['lines'] : []).filter(Array.isArray).map(([key, clause, facts]) => ({
      key: text(key),
      clause: text(clause) || undefined,
      facts: factsOf(facts),
    })),
  };
}

function proposalOf(from: Bag): Proposal {
  return {
    id: text(from['id']),
    cause: text(from['cause']),
    date: text(from['date']),
    clause: text(from['clause']),
    penalty: priceOf(from['penalty']),
    facts: factsOf(from['facts']),
    state: 'proposed',
    decision: undefined,
  };
}

function priceOf(value: Json | undefined): Readonly<Record<string, number | boolean>> {
  const known = Object.entries(bag(value) ?? {}).filter(
    (pair): pair is [string, number | boolean] => typeof pair[1] === 'number' || typeof pair[1] === 'boolean',
  );
  return Object.fromEntries(known);
}

/** Undefined for a row that is no decision about a proposal. */
export function decisionOf(row: Row): Decision | undefined {
  const state = textOf(row, 'state');
  if (row.kind !== 'penalty' || (state !== 'confirmed' && state !== 'dismissed' && state !== 'reversed'))
    return undefined;
  const [by, at] = row.w?.['state'] ?? [row.by, row.at];
  return {
    ...{ id: row.id, state, by, at, person: textOf(row, 'person'), month: textOf(row, 'month') },
    ...{ proposal: textOf(row, 'proposal'), cause: textOf(row, 'cause'), clause: textOf(row, 'clause') },
    ...{ date: textOf(row, 'date'), reason: textOf(row, 'reason'), price: priceIn(textOf(row, 'price')) },
  };
}

function priceIn(written: string): Readonly<Record<string, number | boolean>> {
  try {
    return priceOf(JSON.parse(written) as Json);
  } catch {
    return {};
  }
}

/**
 * The month with what people decided about its proposals. A decision is never changed by later data: a confirmed one
 * whose cause is gone, or costs otherwise now, is to be reversed by a person (I-29, I-45).
 */
export function decided(month: Month, decisions: readonly Decision[]): Month {
  const own = decisions.filter((one) => one.person === month.person && one.month === month.month);
  const last = new Map<string, Decision>();
  for (const one of own.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) last.set(one.proposal, one);
  const present = month.proposals.map((proposal) => {
    const decision = last.get(proposal.id);
    last.delete(proposal.id);
    // What was reversed stands proposed again while its cause is there.
    if (decision === undefined || decision.state === 'reversed') return proposal;
    if (decision.state === 'dismissed') return { ...proposal, state: 'dismissed' as const, decision };
    // Confirmed at another price: that decision stands until a person reverses it.
    const undo = month.groundless.has(decision.id);
    return { ...proposal, state: undo ? ('undo' as const) : ('confirmed' as const), decision };
  });
  // Of what was dismissed and is proposed no more nothing is left to say.
  const gone = [...last.values()].filter(({ state }) => state !== 'dismissed');
  const past = gone.map((decision) => ({
    ...{ id: decision.proposal, cause: decision.cause, date: decision.date, clause: decision.clause },
    ...{ penalty: decision.price, facts: {}, decision },
    state: decision.state === 'confirmed' ? ('undo' as const) : ('reversed' as const),
  }));
  return {
    ...month,
    proposals: [
      ...past.filter(({ state }) => state === 'undo'),
      ...present,
      ...past.filter(({ state }) => state === 'reversed'),
    ],
  };
}

/** Decisions as far as the month's own row tells of them: who decided when, and why, it does not. */
function settledIn(found: readonly Bag[], person: string, month: string, days: readonly Bag[]): Decision[] {
  return found.map((one, at) => {
    const proposal = text(one['proposal']);
    const [cause = '', shift = ''] = proposal.split(':');
    const date = text(days.find((day) => day['shift'] === shift)?.['date']) || `${month}-01`;
    return {
      ...{ id: text(one['id']), person, month, proposal, state: text(one['state']) as Decision['state'] },
      ...{ cause, clause: '', date, price: {}, by: '', at, reason: '' },
    };
  });
}

/** Undefined for a row that is no month. */
export function monthOf(row: Pick<Row, 'id' | 'ver' | 'kind' | 'f'>): Month | undefined {
  const month = textOf(row, 'month');
  if (row.kind !== 'month' || !/^\d{4}-\d\d$/.test(month)) return undefined;
  return {
    id: row.id,
    ver: row.ver,
    person: textOf(row, 'person'),
    month,
    teams: textsOf(row.f['teams']),
    closed: new Set(Object.keys(bag(row.f['closed']) ?? {})),
    revisions: bags(row.f['revisions']).map((one) => ({
      n: whole(one['n']),
      at: whole(one['at']),
      dates: bags(one['changes']).map((change) => text(change['date'])),
    })),
    settled: settledIn(bags(row.f['settled']), textOf(row, 'person'), month, bags(row.f['days'])),
    groundless: new Set(
      bags(row.f['settled'])
        .filter((one) => one['reverse'] === true)
        .map((one) => text(one['id'])),
    ),
    days: bags(row.f['days']).map(dayOf),
    proposals: bags(row.f['proposals']).map(proposalOf),
    unscheduled: Array.isArray(row.f['unscheduled']) ? row.f['unscheduled'].length : 0,
  };
}

export interface Totals {
  /** Days on which the person was there. */
  readonly days: number;
  readonly late: number;
  readonly early: number;
  readonly missing: number;
  readonly absent: number;
  readonly leave: number;
  /** Minutes on duty, and those of them at night. */
  readonly worked: number;
  readonly night: number;
  /** Shifts of which data has not arrived. */
  readonly waiting: number;
}

export const COUNTS = ['days', 'late', 'early', 'missing', 'absent', 'leave', 'worked', 'night'] as const;
export type CountName = (typeof COUNTS)[number];

const THERE = new Set<Status>(['present', 'late', 'early', 'late_early', 'missing_in', 'missing_out', 'part_leave']);

export function totalsOf({ days }: Pick<Month, 'days'>): Totals {
  const count = (test: (day: Day) => boolean) => days.filter(test).length;
  const sum = (minutes: (day: Day) => number) => days.reduce((all, day) => all + minutes(day), 0);
  return {
    days: new Set(days.filter(({ status }) => THERE.has(status)).map(({ date }) => date)).size,
    late: count(({ late }) => late > 0),
    early: count(({ early }) => early > 0),
    missing: count(({ status }) => status === 'missing_in' || status === 'missing_out'),
    absent: count(({ status }) => status === 'absent'),
    leave: count(({ status }) => status === 'leave' || status === 'part_leave'),
    worked: sum(({ worked }) => worked),
    night: sum(({ night }) => night),
    waiting: count(({ certainty }) => certainty === 'waiting'),
  };
}

/** A device whose data days wait for, and up to when it has told all. */
export interface Awaited {
  readonly device: string;
  readonly reach: number;
  readonly days: number;
}

/** Whom the days wait for, the one with most days first. */
export function awaitedBy(days: readonly Day[]): Awaited[] {
  const found = new Map<string, Awaited>();
  for (const day of days) {
    for (const { key, facts } of day.lines) {
      const { device, complete_to_at: reach } = facts;
      if (key !== 'waiting' || typeof device !== 'string') continue;
      const before = found.get(device);
      found.set(device, {
        device,
        reach: Math.max(before?.reach ?? 0, typeof reach === 'number' ? reach : 0),
        days: (before?.days ?? 0) + 1,
      });
    }
  }
  return [...found.values()].sort((a, b) => b.days - a.days || (a.device < b.device ? -1 : 1));
}

/** Every date of `2026-11` in order. */
export function datesOf(month: string): string[] {
  const [year = 0, of = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, of, 0)).getUTCDate();
  return Array.from({ length: last }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`);
}

/** 0 is Monday. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;
}

/** The month so many before (negative) or after. */
export function monthAway(month: string, by: number): string {
  const [year = 0, of = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, of - 1 + by, 1)).toISOString().slice(0, 7);
}

/** The part of an id like `late:shift` that names the shift, for a proposal of a day. */
export function isOfShift(proposal: Proposal, shift: string): boolean {
  return proposal.id.split(':')[1] === shift;
}

/** Whether a person still has to say something about it. */
export function isUndecided({ state }: Proposal): boolean {
  return state === 'proposed' || state === 'undo';
}
