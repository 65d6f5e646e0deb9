// A record's history in words: one act, what it set, how it was decided, what did not stay.

import type { HistoryEntry, Json } from '@gatehouse/sync/api';
import { sayHistory } from '../messages/history/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { reason } from './badge.tsx';
import type { FieldWords } from './history.tsx';
import { moment } from './time.ts';
import { type Names, nameOf, valueWords } from './values.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Anything below is an ordinary exchange. */
export const LATE = 5 * MINUTE;
/** The server answers with no more (PROTOCOL 12.1). */
export const MOST = 200;

/** What the words depend on beside the entry. */
export interface Reading {
  readonly names: Names;
  /** Who reads. */
  readonly self: string;
  readonly now: number;
  readonly zone: string;
  readonly words: FieldWords;
}

/** A visit's fields; where it is and what it was joined to are no words. */
const UNTOLD = new Set(['site', 'joined']);
export const ofVisits: FieldWords = {
  field: (name) => (UNTOLD.has(name) ? '' : ((saySignedIn().visit.field as Record<string, string>)[name] ?? '')),
  value: (name, value, names, now, zone) => valueWords(name, value, names, now, zone).replaceAll('\n', '、'),
};

/** What the server does by itself is nobody's act. */
export function actorWords({ actor, device }: HistoryEntry, { names, self }: Reading): string {
  return actor === device ? sayHistory().system : nameOf(names, actor, self);
}

/** How late it arrived; '' when it did not. */
export function lateWords({ at, received }: HistoryEntry): string {
  const words = sayHistory();
  const late = received - at;
  if (late <= LATE) return '';
  if (late < HOUR) return words.lateMinutes(Math.floor(late / MINUTE));
  return late < 2 * DAY ? words.lateHours(Math.floor(late / HOUR)) : words.lateDays(Math.floor(late / DAY));
}

/** What it set, field by field; what did not stay is told by `lostWords`. */
export function setWords(entry: HistoryEntry, { words, names, now, zone }: Reading): string[] {
  const { wrote, cleared } = sayHistory();
  const values: Record<string, Json> = { ...entry.values, ...entry.private };
  return Object.entries(values).flatMap(([field, value]) => {
    const name = words.field(field);
    const text = words.value(field, value, names, now, zone);
    const gone = entry.lost.some(([lost, its]) => lost === field && JSON.stringify(its) === JSON.stringify(value));
    if (!name || gone) return [];
    return text ? [wrote(name, text)] : value === null ? [cleared(name)] : [];
  });
}

/** The values that did not stay, of this act or of the one it met. */
export function lostWords(entry: HistoryEntry, reading: Reading): string[] {
  const { lost, lostUnseen } = sayHistory();
  const { words, names, self, now, zone } = reading;
  return entry.lost.flatMap(([field, value, person, at]) => {
    const name = words.field(field);
    if (!name) return [];
    const who = nameOf(names, person, self);
    const time = moment(at, now, zone);
    const text = words.value(field, value, names, now, zone);
    return [text ? lost(name, text, who, time) : lostUnseen(name, who, time)];
  });
}

export type Outcome = 'merged' | 'refused' | 'parked' | 'returned';

/** How it was decided, when it did not simply take effect. */
export function outcomeOf({ d }: HistoryEntry): Outcome | undefined {
  return d === 'merged' || d === 'refused' || d === 'parked' || d === 'returned' ? d : undefined;
}

/** Why it was decided so, and what came later. */
export function whyWords(entry: HistoryEntry, { names, self, now, zone }: Reading): string[] {
  const words = sayHistory();
  const time = (at: number) => moment(at, now, zone);
  const [, met, since] = entry.because ?? [];
  const steps = (entry.later ?? []).map(({ type, at, actor }) => {
    const who = actor === undefined ? '' : nameOf(names, actor, self);
    if (type === 'return') return who ? words.sentBackBy(who, time(at)) : words.sentBack(time(at));
    return who ? words.releasedBy(who, time(at)) : words.released(time(at));
  });
  return [
    ...(entry.code ? [reason(entry.code)] : []),
    ...(typeof met === 'string' && typeof since === 'number' ? [words.met(nameOf(names, met, self), time(since))] : []),
    ...(entry.why ? [words.reason(entry.why)] : []),
    ...steps,
  ];
}
