// How many people are on a post on a day at the least, from its first shift to the end of its last, meals included.

import { type Key, pairsOf, type Work } from './month.ts';

const DAY = 1_440;

export interface Template {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly night: boolean;
  /** Minutes from midnight, `[from, to)`. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

export interface Least {
  readonly people: number;
  /** Minutes from midnight at which there are first so few. */
  readonly at: number;
}

/**
 * The least cover of a date between its midnights, while somebody is planned there or, `always`, at any time. Undefined
 * where nobody is planned there at all and need not be.
 */
export function least(
  works: ReadonlyMap<string, readonly Work[]>,
  date: string,
  before: string | undefined,
  post: string,
  templates: ReadonlyMap<string, Template>,
  always: boolean,
): Least | undefined {
  const shifts = [
    ...spansOn(works.get(date) ?? [], post, templates, 0),
    ...spansOn(works.get(before ?? '') ?? [], post, templates, -DAY),
  ];
  const edges = new Set([0, DAY]);
  for (const { spans } of shifts) for (const { from, to } of spans) edges.add(from).add(to);
  const marks = [...edges].filter((at) => at >= 0 && at <= DAY).sort((a, b) => a - b);
  let found: Least | undefined;
  for (const at of marks.slice(0, -1)) {
    const planned = shifts.some(({ spans }) => (spans[0]?.from ?? 0) <= at && at < (spans.at(-1)?.to ?? 0));
    if (!planned && !always) continue;
    const people = shifts.filter(({ spans }) => spans.some(({ from, to }) => from <= at && at < to)).length;
    if (found === undefined || people < found.people) found = { people, at };
  }
  return found;
}

function spansOn(
  works: readonly Work[],
  post: string,
  templates: ReadonlyMap<string, Template>,
  shift: number,
): { readonly spans: Template['spans'] }[] {
  return works
    .flatMap(pairsOf)
    .filter((pair) => pair.post === post)
    .map(({ template }) => templates.get(template))
    .filter((template) => template !== undefined)
    .map(({ spans }) => ({ spans: spans.map(({ from, to }) => ({ from: from + shift, to: to + shift })) }))
    .filter(({ spans }) => (spans.at(-1)?.to ?? 0) > 0);
}

/** The cells' works by date. */
export function byDate(cells: ReadonlyMap<Key, Work>): Map<string, Work[]> {
  const found = new Map<string, Work[]>();
  for (const [key, work] of cells) {
    const date = key.slice(-10);
    const list = found.get(date);
    if (list) list.push(work);
    else found.set(date, [work]);
  }
  return found;
}
