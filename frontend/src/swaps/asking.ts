// The half-filled request: what was chosen, and what of it still counts.

import type { Shift } from '../ui/shifts.ts';
import type { SwapMode } from '../ui/swaps.ts';
import type { Asking } from './actions.ts';

/** So many people at most can be asked by name. */
export const MOST = 20;
export const LONGEST = 200;

export interface Entry {
  readonly mode: SwapMode;
  /** The whole team, for giving away. */
  readonly all: boolean;
  readonly people: readonly string[];
  /** The colleague's shift. */
  readonly take: string;
  readonly reason: string;
  readonly handover: string;
  /** Not to be counted as giving back what is owed. */
  readonly apart: boolean;
}

export const blank = (): Entry => ({
  mode: 'give_away',
  all: false,
  people: [],
  take: '',
  reason: '',
  handover: '',
  apart: false,
});

/** The people who count in this mode: of several that were picked for giving away, an exchange takes the last. */
export function chosen({ mode, all, people }: Entry): readonly string[] {
  if (mode === 'give_away') return all ? [] : people;
  return people.slice(-1);
}

/** The entry after a tap on a colleague. */
export function toggled(entry: Entry, person: string): Partial<Entry> {
  if (entry.mode !== 'give_away') return { people: [person], take: '' };
  const without = entry.people.filter((one) => one !== person);
  return { all: false, people: without.length < entry.people.length ? without : [...entry.people, person] };
}

/** What is missing before it can be sent. */
export type Missing = 'whom' | 'take' | 'many';

export function missing(entry: Entry, take: Shift | undefined): Missing | undefined {
  const people = chosen(entry);
  if (people.length === 0 && !(entry.mode === 'give_away' && entry.all)) return 'whom';
  if (people.length > MOST) return 'many';
  return entry.mode !== 'give_away' && take === undefined ? 'take' : undefined;
}

/** What is asked for; the reason in one line. */
export function askingOf(entry: Entry, take: Shift | undefined, debt?: string): Asking {
  return {
    mode: entry.mode,
    asked: chosen(entry),
    take: entry.mode === 'give_away' ? undefined : take,
    reason: plain(entry.reason),
    handover: plain(entry.handover),
    repays: entry.mode === 'give_away' && !entry.apart ? debt : undefined,
  };
}

function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}
