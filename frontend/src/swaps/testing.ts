/** Rows, shifts and swaps as tests of this folder speak of them. */

import type { Json, OwnAct, Row } from '@gatehouse/sync/api';
import type { Standing } from '../ui/context.ts';
import { deliveredOf } from '../ui/requests.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { type Swap, swapOf, swapsIn } from '../ui/swaps.ts';
import type { Desk } from './queries.ts';

export const ZONE = 'Asia/Shanghai';
export const HOUR = 3_600_000;
export const at = (local: string) => Date.parse(`${local}+08:00`);
export const NOW = at('2026-11-23T16:00');

export const rowOf = (kind: string, id: string, f: Record<string, Json>, extra: Partial<Row> = {}): Row => ({
  ...{ id, kind, at: NOW - HOUR, by: 'zhao', ver: id, n: 1, f },
  ...extra,
});
export const shiftRow = (id: string, person: string, start: string, hours = 12, more: Record<string, Json> = {}): Row =>
  rowOf('shift', id, {
    ...{ person, post: 'east', site: 's', team: 'day', date: start.slice(0, 10), label: 'D' },
    ...{ start: at(start), end: at(start) + hours * HOUR, ...more },
  });
export const one = (id: string, person: string, start: string, hours = 12) =>
  shiftsIn([shiftRow(id, person, start, hours)])[0] as Shift;
export const swapRow = (id: string, f: Record<string, Json> = {}, extra: Partial<Row> = {}): Row =>
  rowOf(
    'swap',
    id,
    {
      ...{ give: 'a', give_ver: 'a', mode: 'give_away', asked: ['qian'], team: 'day' },
      ...{ state: 'requested', deadline: at('2026-11-24T07:00'), ...f },
    },
    extra,
  );
export const swap = (f: Record<string, Json> = {}, extra: Partial<Row> = {}) => swapOf(swapRow('x', f, extra)) as Swap;
export const acted = (kind: string, entity: string, state: OwnAct['state'] = 'waiting', code?: string): OwnAct => ({
  ...{ id: `${kind} ${entity}`, kind, entity, at: NOW, state },
  ...(code === undefined ? {} : { code }),
});
export const crew: Standing = { team: 'day', leads: [], roles: new Set(['guard']) };
export const boss: Standing = { team: 'office', leads: ['day'], roles: new Set(['supervisor']) };

export function deskOf(rows: readonly Row[], acts: readonly OwnAct[] = []): Desk {
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    ...{ rows: of('swap'), swaps: swapsIn(of('swap'), deliveredOf(acts)), shifts: shiftsIn(of('shift')) },
    ...{ changed: new Map(), people: of('person'), deputies: of('deputy') },
    ...{ names: new Map(), acts, states: new Map() },
  };
}
