// Finding oneself on a post's tablet by two characters of one's name. Nobody's whole name is shown before that.

import type { Row, View } from '@gatehouse/sync/api';
import { textOf } from '../ui/context.ts';
import { type Punch, punchOf } from '../ui/punches.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';

/** Somebody who may clock at the post. */
export interface Known {
  readonly person: string;
  readonly name: string;
  /** The end of the staff number; '' where the server has not told it. */
  readonly tail: string;
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
  const people = badges
    .map((row: Row) => ({ person: textOf(row, 'person'), name: textOf(row, 'name'), tail: textOf(row, 'tail') }))
    .filter(({ name }) => keysOf(name).length > 0);
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

/** Who is meant once enough is known: two characters; before that, whose whole name it is. */
export function meant(people: readonly Known[], begun: string): Known[] {
  const found = matches(people, begun);
  const length = keysOf(begun).length;
  return enough(begun) ? found : found.filter(({ name }) => length > 0 && keysOf(name).length === length);
}

export function enough(begun: string): boolean {
  return keysOf(begun).length >= ENOUGH;
}

/** Whether somebody else among them has the same name. */
export function twins(people: readonly Known[], { person, name }: Known): boolean {
  return people.some((other) => other.person !== person && other.name === name);
}
