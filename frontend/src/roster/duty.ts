// The duty-day list (值日表, R-SCH-01): by date and turn, who has duty where, as published. Pure.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from '../ui/context.ts';
import { clock } from '../ui/time.ts';

export interface Place {
  readonly post: string;
  /** In order of what `sort` says of them. */
  readonly people: readonly string[];
}

export interface DutyDays {
  /** Turns that the month knows, the earliest first: `日 07:00–19:00`. */
  readonly turns: readonly string[];
  /** By date, then by turn. */
  readonly days: ReadonlyMap<string, ReadonlyMap<string, readonly Place[]>>;
}

/** The list of a team's month; `order` is of posts and of people. */
export function dutyDays(
  shifts: readonly Row[],
  team: string,
  month: string,
  zone: string,
  order: (id: string) => string,
): DutyDays {
  const begins = new Map<string, string>();
  const days = new Map<string, Map<string, Map<string, string[]>>>();
  for (const row of shifts) {
    const date = textOf(row, 'date');
    if (textOf(row, 'team') !== team || !date.startsWith(month) || row.f['cancelled']) continue;
    const [from, to] = [clock(numberOf(row, 'start') ?? 0, zone), clock(numberOf(row, 'end') ?? 0, zone)];
    const turn = `${textOf(row, 'label')} ${from}–${to}`;
    begins.set(turn, from);
    const day = mine(days, date, () => new Map());
    const posts = mine(day, turn, () => new Map<string, string[]>());
    mine(posts, textOf(row, 'post'), () => [] as string[]).push(textOf(row, 'person'));
  }
  const by = (a: string, b: string) => (order(a) < order(b) ? -1 : 1);
  const placed = (posts: ReadonlyMap<string, string[]>): Place[] =>
    [...posts].sort(([a], [b]) => by(a, b)).map(([post, people]) => ({ post, people: people.sort(by) }));
  return {
    turns: [...begins].sort(([a, x], [b, y]) => (`${x} ${a}` < `${y} ${b}` ? -1 : 1)).map(([turn]) => turn),
    days: new Map(
      [...days].map(([date, turns]) => [date, new Map([...turns].map(([turn, posts]) => [turn, placed(posts)]))]),
    ),
  };
}

function mine<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
