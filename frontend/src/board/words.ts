// States, devices and times of the board in words.

import { sayBoard } from '../messages/board/index.ts';
import type { IconName } from '../ui/icons.tsx';
import { moment } from '../ui/time.ts';
import type { Punch } from './punches.ts';
import type { Device, Line } from './queries.ts';

/** Each state has a shape of its own. None of them is a cross: nothing here says that somebody is missing. */
export function markOf({ state }: Line): { icon: IconName; look: string } {
  switch (state.kind) {
    case 'in':
      return state.over ? { icon: 'clock', look: 'warn' } : { icon: 'delivered', look: 'good' };
    case 'out':
      return { icon: 'out', look: 'soft' };
    case 'due':
      return { icon: 'clock', look: 'soft' };
    case 'waiting':
      return { icon: 'held', look: 'warn' };
    case 'unknown':
      return { icon: 'offline', look: 'warn' };
    case 'none':
      return { icon: 'needs_you', look: 'warn' };
  }
}

/** How far a device's data reach. */
export function reachWords({ upTo, held }: Device, now: number, zone: string): string {
  const words = sayBoard();
  const reach = upTo > 0 ? words.reach(moment(upTo, now, zone)) : words.noReach;
  return held > 0 ? words.held(reach, held) : reach;
}

export function labelOf({ label }: Device): string {
  return label || sayBoard().unnamed;
}

/** A phone that nobody named is called by its make, which can be long. */
const LONGEST = 20;

function shortLabel(device: Device): string {
  const signs = [...labelOf(device)];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join('')}…` : signs.join('');
}

/** The state, and below it what is open about it. */
export function stateWords(line: Line, now: number, zone: string): string[] {
  const words = sayBoard();
  const { state, shift } = line;
  const time = (at: number) => moment(at, now, zone);
  switch (state.kind) {
    case 'in':
      return [(state.over ? words.state.over : words.state.in)(time(state.since)), ...behind(state.behind, now, zone)];
    case 'out':
      return [
        words.state.out(time(state.at)),
        ...(state.cameIn ? [] : [words.noIn]),
        ...behind(state.behind, now, zone),
      ];
    case 'due':
      return [words.state.due(time(shift.start))];
    case 'waiting':
      return behind(state.behind, now, zone);
    case 'none':
      return [words.state.none(time(state.upTo))];
    case 'unknown':
      return [words.state.unknown];
  }
}

function behind([first, ...others]: readonly Device[], now: number, zone: string): string[] {
  const words = sayBoard();
  if (first === undefined) return [];
  const named = words.state.waiting(shortLabel(first), reachWords(first, now, zone));
  return others.length > 0 ? [named, words.others(others.length)] : [named];
}

const DOUBTED = new Set(['unanchored', 'contradictory']);

/** What a supervisor should know of a punch at first sight. */
export function heedWords({ flags, sure }: Punch): string[] {
  const words = sayBoard();
  return [
    ...(flags.includes('identity_unproven') ? [words.unproven] : []),
    ...(DOUBTED.has(sure) ? [words.unsure] : []),
  ];
}

/** Everything that is to be said of a punch: where, how sure its time is, its flags. */
export function punchWords(punch: Punch, post: string, postName: string, now: number, zone: string): string[] {
  const words = sayBoard();
  const { sheet } = words;
  const { earliest, latest, sure, flags } = punch;
  const doubted = DOUBTED.has(sure) && earliest !== undefined && latest !== undefined;
  const from = earliest ? moment(earliest, now, zone) : '…';
  return [
    ...(punch.post && punch.post !== post ? [sheet.at(postName)] : []),
    sure ? (sheet.sure[sure] ?? words.unsure) : sheet.pending,
    ...(doubted ? [sheet.between(from, moment(latest, now, zone))] : []),
    ...flags
      .filter((flag) => flag !== 'clock_contradictory' || sure !== 'contradictory')
      .map((flag) => (flag === 'identity_unproven' ? words.unproven : (words.flag[flag] ?? words.otherFlag(flag)))),
  ];
}
