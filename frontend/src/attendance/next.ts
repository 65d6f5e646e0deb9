// What a person can do about a shift of theirs: ways to the screens where it is done.

import type { Day } from './month.ts';

export interface Way {
  readonly to: string;
  readonly what: 'correctIn' | 'correctOut' | 'askLeave' | 'seeCorrection' | 'seeLeave' | 'seeSwap';
}

/** The ways from a day, in the order in which they help. */
export function nextOf(day: Day): Way[] {
  const has = (key: string) => day.lines.some((line) => line.key === key);
  const ways: Way[] = [];
  const open = has('correction_open');
  if (open && has('missing_in')) ways.push({ to: `/corrections/in/${day.shift}`, what: 'correctIn' });
  if (open && has('missing_out')) ways.push({ to: `/corrections/out/${day.shift}`, what: 'correctOut' });
  const seen = new Set<string>();
  for (const { facts } of day.lines) {
    const { correction, leave, swap } = facts;
    for (const [id, to, what] of [
      [correction, '/corrections/of/', 'seeCorrection'],
      [leave, '/leave/of/', 'seeLeave'],
      [swap, '/swaps/of/', 'seeSwap'],
    ] as const) {
      if (typeof id !== 'string' || seen.has(id)) continue;
      seen.add(id);
      ways.push({ to: `${to}${id}`, what });
    }
  }
  if (day.status === 'planned' && day.certainty === 'open')
    ways.push({ to: `/leave/new/${day.shift}`, what: 'askLeave' });
  return ways;
}
