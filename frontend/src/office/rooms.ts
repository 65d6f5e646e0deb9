// Names of many rooms at once, by floor and number. Pure.

/** How a room is called: 101 · 0101 · 1-1 · 1A. */
export const STYLES = ['101', '0101', '1-1', '1A'] as const;
export type Style = (typeof STYLES)[number];

export const LOWEST = -20;
export const HIGHEST = 300;
/** Rooms on one floor. */
export const MOST_EACH = 99;
/** Each is an act of its own, so a go has its limit. */
export const MOST = 200;
/** Characters of a room's name (office.json). */
export const LONGEST = 40;

const ALPHABET = 26;

export interface Plan {
  readonly from: number;
  readonly to: number;
  /** Rooms on each floor. */
  readonly each: number;
  readonly style: Style;
  readonly prefix: string;
  /** Floors to leave out. */
  readonly skip: ReadonlySet<number>;
}

export interface Room {
  readonly name: string;
  readonly floor: number;
}

/** Every room of the plan, from the lowest floor up. There is no floor 0; below it B1 is the first. */
export function roomsOf({ from, to, each, style, prefix, skip }: Plan): Room[] {
  const rooms: Room[] = [];
  for (let floor = from; floor <= to; floor++) {
    if (floor === 0 || skip.has(floor)) continue;
    for (let number = 1; number <= each; number++) rooms.push({ name: prefix + nameOf(floor, number, style), floor });
  }
  return rooms;
}

function nameOf(floor: number, number: number, style: Style): string {
  const below = floor < 0 ? 'B' : '';
  const level = String(Math.abs(floor));
  const two = String(number).padStart(2, '0');
  if (style === '0101') return below + level.padStart(2, '0') + two;
  if (style === '1-1') return `${below}${level}-${number}`;
  if (style === '1A') return below + level + letters(number);
  return below + level + two;
}

/** A … Z, AA … */
function letters(number: number): string {
  const rest = Math.floor((number - 1) / ALPHABET);
  return (rest > 0 ? letters(rest) : '') + String.fromCharCode(65 + ((number - 1) % ALPHABET));
}

/** Floors as they are typed, `4, 13 14`; what is no number is passed over. */
export function floorsIn(text: string): Set<number> {
  return new Set([...text.matchAll(/-?\d+/g)].map(([number]) => Number(number)));
}

/** A name as the server compares it: letters of any width and case, however spaced. */
export function compared(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim().split(/\s+/).join(' ');
}

/** The plan's rooms that are not there yet. */
export function missing(rooms: readonly Room[], known: Iterable<string>): Room[] {
  const there = new Set([...known].map(compared));
  return rooms.filter(({ name }) => !there.has(compared(name)));
}

const byName = new Intl.Collator('zh', { numeric: true });

/** 2-101 before 10-101. */
export function natural(a: string, b: string): number {
  return byName.compare(a, b);
}
