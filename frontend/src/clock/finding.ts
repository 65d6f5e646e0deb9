// Finding oneself on a post's tablet by two characters of one's name. Nobody's whole name is shown before that.

import type { Row, View } from '@gatehouse/sync/api';
import { textOf } from '../ui/context.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Punch, punchOf } from './bind.ts';

/** Somebody who may clock at the post. */
export interface Known {
  readonly person: string;
  readonly name: string;
}

export interface Post {
  readonly people: readonly Known[];
  readonly shifts: readonly Shift[];
  /** What was punched on this very tablet. */
  readonly made: readonly Punch[];
}

/** So many characters of a name show whose it is. */
export const ENOUGH = 2;

export async function readPost(view: View): Promise<Post> {
  const [badges, shifts, punches] = await Promise.all([view.all('badge'), view.all('shift'), view.all('punch')]);
  const people = badges.map((row: Row) => ({ person: textOf(row, 'person'), name: textOf(row, 'name') }));
  return { people, shifts: shiftsIn(shifts), made: punches.map(punchOf) };
}

/** A name's characters as keys: without blanks, letters in upper case. */
function keysOf(name: string): string[] {
  return [...name.replace(/[\s·.]/g, '').toLocaleUpperCase()];
}

/** People whose name begins with what was picked or typed. */
export function matches(people: readonly Known[], begun: string): Known[] {
  const wanted = keysOf(begun);
  return people.filter(({ name }) => {
    const keys = keysOf(name);
    return wanted.every((key, i) => keys[i] === key);
  });
}

/** The characters that can come next, in the order of the language. */
export function nextKeys(people: readonly Known[], begun: string): string[] {
  const at = keysOf(begun).length;
  const found = new Set(matches(people, begun).map(({ name }) => keysOf(name)[at] ?? ''));
  found.delete('');
  return [...found].sort((a, b) => a.localeCompare(b, 'zh'));
}

/** Who is meant once enough is known: two characters, or a name that has no more. */
export function meant(people: readonly Known[], begun: string): Known[] {
  const found = matches(people, begun);
  const whole = begun !== '' && found.every(({ name }) => keysOf(name).length <= keysOf(begun).length);
  return keysOf(begun).length >= ENOUGH || whole ? found : [];
}
