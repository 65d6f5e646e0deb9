// Verdicts in words: a sentence of the dictionary with its facts put in.

import { sayAttendance } from '../messages/attendance/index.ts';
import { say } from '../messages/index.ts';
import { visible } from '../ui/said.tsx';
import { clock, dayKey, dayWords } from '../ui/time.ts';
import type { Names } from '../ui/values.ts';
import type { Field } from './fields.ts';
import type { Awaited, CountName, Fact, Facts, Line, Month, Proposal } from './month.ts';
import { type Totals, weekdayOf } from './month.ts';

/** All that turns ids and instants of a verdict into words. */
export interface Around {
  readonly names: Names;
  /** What devices are called. */
  readonly labels: ReadonlyMap<string, string>;
  /** The device this is shown on. */
  readonly device: string;
  readonly zone: string;
}

/** `07:58` on the business date itself, with its date otherwise. */
export function stamp(at: number, date: string, zone: string): string {
  const time = clock(at, zone);
  return dayKey(at, zone) === date ? time : `${shortDate(dayKey(at, zone))} ${time}`;
}

/** `11-22`: numbers read the same in every language. */
export function shortDate(date: string): string {
  // A hyphen that no line breaks at.
  return date.slice(5).replace('-', '\u2011');
}

/** The date with its weekday, in the language in use. */
export function dateWords(date: string): string {
  // A date is the same everywhere: noon in UTC is that day in UTC.
  return dayWords(Date.parse(`${date}T12:00Z`), 0, 'UTC');
}

/** `2026-11` as a heading. */
export function monthWords(month: string, language: string): string {
  const at = Date.parse(`${month}-15T12:00Z`);
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(at);
}

export function weekdayWords(date: string): string {
  return [...sayAttendance().weekdays][weekdayOf(date)] ?? '';
}

/** Up to when a device has told all. */
export function reachWords(at: number, date: string, zone: string): string {
  const words = sayAttendance();
  return at > 0 ? words.reach(stamp(at, date, zone)) : words.noReach;
}

export function deviceWords(id: string, { labels, device }: Around): string {
  const words = sayAttendance();
  return id === device ? words.thisDevice : labels.get(id) || words.device;
}

function factWords(name: string, fact: Fact, date: string, around: Around): string {
  const words = sayAttendance();
  if (name === 'complete_to_at') return reachWords(Number(fact), date, around.zone);
  if (name.endsWith('_at')) return stamp(Number(fact), date, around.zone);
  if (name === 'who') return around.names.get(String(fact)) ?? say().unknownPerson;
  if (name === 'post') return around.names.get(String(fact)) ?? words.post;
  if (name === 'device') return deviceWords(String(fact), around);
  // Parts of a shift are numbered from 0 in the rules, from 1 among people.
  if (name === 'segment') return String(Number(fact) + 1);
  const known = (words.fact as Record<string, Record<string, string>>)[name];
  return known?.[String(fact)] ?? String(fact);
}

/** A sentence with its facts put in. A fact that a sentence names and the verdict lacks leaves no hole with a brace. */
function filled(sentence: string, facts: Facts, date: string, around: Around): string {
  const put = (_: string, name: string) => {
    const fact = facts[name];
    return fact === undefined ? '' : visible(factWords(name, fact, date, around));
  };
  return sentence.replace(/\{(\w+)\}/g, put).trim();
}

/** One line of an explanation; one that this version does not know says so. */
export function lineWords({ key, facts }: Line, date: string, around: Around): string {
  const { line, otherLine } = sayAttendance();
  const sentence = line[key];
  return sentence === undefined ? otherLine(key) : filled(sentence, facts, date, around);
}

export function causeWords({ cause, facts, date }: Proposal, around: Around): string {
  const words = sayAttendance();
  const sentence = words.cause[cause];
  // Of one that is proposed no more only its name is kept, not its facts.
  const told = sentence !== undefined && [...sentence.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in facts);
  return told ? filled(sentence, facts, date, around) : (words.causeName[cause] ?? cause);
}

const PRICES = [
  'points',
  'yuan',
  'yuan_min',
  'rate_of_base',
  'day_wage',
  'bonus_lost',
  'violation',
  'absence',
  'assess_both',
  'red_packet',
  'shares',
] as const;

/** What a clause says it costs. */
export function priceWords({ penalty }: Proposal): string {
  const words = sayAttendance();
  const said = PRICES.filter((name) => penalty[name]).map((name) => words.price[name](Number(penalty[name])));
  return said.length > 0 ? said.join(words.and) : words.noPrice;
}

const hours = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Minutes as hours with one decimal. */
export function hoursOf(minutes: number): string {
  return hours.format(Math.floor(minutes / 6) / 10);
}

/** One of the totals as it is printed. */
export function countWords(name: CountName, totals: Totals): string {
  const words = sayAttendance();
  const value = totals[name];
  return name === 'worked' || name === 'night' ? words.hours(hoursOf(value)) : String(value);
}

/** A field of the calendar for readers: date, state, and whether that is settled. */
export function fieldWords(date: string, { mark, open, days }: Field): string {
  const words = sayAttendance();
  const labels = days.map(labelOf).filter(Boolean).join(words.and);
  return [dateWords(date), labels, words.mark[mark], open ? words.open : ''].filter(Boolean).join(' ');
}

/** What the shift is called on the roster; '' without a name. */
export function labelOf({ lines }: { readonly lines: readonly Line[] }): string {
  const label = lines.find(({ key }) => key === 'shift')?.facts['label'];
  return typeof label === 'string' ? visible(label) : '';
}

/** The sign of a field: for a shift that is still to come what the roster calls it. */
export function signOf({ mark, days }: Field): string {
  const label = mark === 'planned' ? days.map(labelOf).find(Boolean) : undefined;
  return label ?? sayAttendance().sign[mark];
}

export function awaitedWords({ device, days, reach }: Awaited, month: Month, around: Around): string {
  return sayAttendance().waitsFor(
    days,
    deviceWords(device, around),
    reachWords(reach, `${month.month}-00`, around.zone),
  );
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  asked: ['shift', 'segment', 'swapped', 'changed', 'changed_by', 'changed_unseen', 'overtime'],
  punched: [
    ...['window', 'came', 'went', 'also_in', 'also_out', 'also_punch', 'came_corrected', 'went_corrected'],
    ...['arrived_late', 'time_unsure', 'correction_moot'],
  ],
  excused: ['leave', 'leave_not_granted', 'worked_on_leave', 'outing', 'outing_not_granted', 'outage'],
  sure: ['open', 'held', 'waiting', 'silent', 'gave_up'],
};
export const GROUP_NAMES = ['asked', 'punched', 'excused', 'found', 'sure'] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

/** Under which heading a line stands; what this version does not know belongs to what came of it. */
export function groupOf({ key }: Line): GroupName {
  return GROUP_NAMES.find((name) => GROUPS[name]?.includes(key)) ?? 'found';
}
