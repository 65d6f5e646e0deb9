import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, OwnAct } from '@gatehouse/sync/api';
import { describe, expect, test } from 'vitest';
import { saySwaps } from '../messages/swaps/index.ts';
import type { Standing } from '../ui/context.ts';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { isSuperseded, MOVES, type Swap, type SwapState, swapOf, swapsIn } from '../ui/swaps.ts';
import { type Move, movesOf } from './moves.ts';
import {
  answeredCases,
  caseOf,
  daysOf,
  ownCases,
  rivalsOf,
  storyOf,
  swapOfShift,
  swapWith,
  teamCases,
  waitingCases,
  winnerOver,
} from './queries.ts';
import { isShort, legsOf, restAround } from './rest.ts';
import { acted, at, boss, crew, deskOf, HOUR, NOW, one, rowOf, shiftRow, swap, swapRow, ZONE } from './testing.ts';
import { stateWords } from './words.ts';

describe('rest', () => {
  test('is counted over midnight, by instants', () => {
    const night = one('n', 'qian', '2026-11-23T19:00');
    const rest = restAround(one('a', 'zhao', '2026-11-24T13:00', 6), [night, one('m', 'qian', '2026-11-25T07:00')]);
    expect(rest).toEqual({ before: 6 * HOUR, after: 12 * HOUR, clash: undefined });
    expect(isShort(rest)).toBe(true);
    expect(isShort({ before: 11 * HOUR, after: undefined, clash: undefined })).toBe(false);
  });

  test('a shift that only touches another does not meet it, one minute more does', () => {
    const day = one('d', 'qian', '2026-11-24T07:00');
    expect(restAround(one('a', 'zhao', '2026-11-24T19:00'), [day])).toMatchObject({ before: 0, clash: undefined });
    expect(restAround(one('a', 'zhao', '2026-11-24T18:59'), [day]).clash?.id).toBe('d');
  });

  test('a shift that is given away is no longer in the way of the one that is taken', () => {
    const shifts = [
      one('a', 'zhao', '2026-11-24T07:00'),
      one('b', 'qian', '2026-11-24T19:00'),
      one('c', 'qian', '2026-11-23T19:00'),
    ];
    const legs = legsOf(shifts, shifts[0] as Shift, 'zhao', shifts[1], 'qian');
    expect(legs.map(({ from, to, rest }) => [from, to, rest?.before, rest?.clash])).toEqual([
      ['zhao', 'qian', 0, undefined],
      ['qian', 'zhao', undefined, undefined],
    ]);
  });

  test('while several could take it, nobody’s rest is known', () => {
    expect(legsOf([], one('a', 'zhao', '2026-11-24T07:00'), 'zhao', undefined, undefined)[0]?.rest).toBeUndefined();
  });
});

describe('what can be done', () => {
  const states = Object.keys({
    ...{ requested: 0, accepted: 0, approved: 0, rejected: 0, declined: 0, withdrawn: 0, expired: 0 },
  }) as SwapState[];

  /** The table as the server's source has it. */
  const served = () => {
    const folder = join(import.meta.dirname, '../../../backend/gatehouse/swaps');
    const source = ['ops.py', 'legs.py'].map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    const open = [...(/^OPEN = \((.*)\)$/m.exec(source)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(([, state]) => state);
    const table = /^MOVES = \{\n([\s\S]*?)^\}/m.exec(source)?.[1] ?? '';
    return Object.fromEntries(
      [...table.matchAll(/"(swap\.\w+)": (.*),$/gm)].map(([, kind, from = '']) => [
        kind,
        [...(from.includes('OPEN') ? open : []), ...[...from.matchAll(/"(\w+)"/g)].map(([, state]) => state)],
      ]),
    );
  };

  test('the table of moves is the server’s', () => {
    expect(Object.keys(MOVES)).toHaveLength(8);
    expect(MOVES).toEqual(served());
  });

  const moves = (f: Record<string, Json>, person: string, standing: Standing) =>
    movesOf(swap({ accepted_by: 'qian', ...f }), person, standing, NOW, undefined);

  test.each(states)('%s offers no move that the server refuses for its state', (state) => {
    for (const [person, standing] of [
      ['zhao', crew],
      ['qian', crew],
      ['sun', crew],
      ['lu', boss],
    ] as const) {
      for (const move of moves({ state }, person, standing)) expect(MOVES[`swap.${move}`]).toContain(state);
    }
  });

  test.each<[string, Standing, string, Move[]]>([
    ['zhao', crew, 'requested', ['withdraw']],
    ['qian', crew, 'requested', ['accept', 'decline']],
    ['sun', crew, 'requested', []],
    ['lu', boss, 'requested', ['reject']],
    ['zhao', crew, 'accepted', ['withdraw']],
    ['qian', crew, 'accepted', []],
    ['lu', boss, 'accepted', ['approve', 'reject']],
    ['lu', boss, 'approved', []],
    ['zhao', crew, 'expired', []],
  ])('%s, %o, of a swap that is %s', (person, standing, state, expected) => {
    expect(moves({ state }, person, standing)).toEqual(expected);
  });

  test('nobody decides a matter of their own', () => {
    expect(moves({ state: 'accepted' }, 'zhao', boss)).toEqual(['withdraw']);
    expect(moves({ state: 'accepted' }, 'qian', boss)).toEqual([]);
  });

  test('of a question to the whole team nobody has to say no, and other teams are not asked', () => {
    expect(moves({ asked: [] }, 'sun', crew)).toEqual(['accept']);
    expect(moves({ asked: [] }, 'sun', { ...crew, team: 'night' })).toEqual([]);
  });

  test('who declined is not asked again; after the deadline nothing is left but to withdraw', () => {
    expect(moves({ asked: ['qian', 'sun'], declined: ['qian'] }, 'qian', crew)).toEqual([]);
    const late = (person: string, standing: Standing) =>
      movesOf(swap({ state: 'accepted' }), person, standing, at('2026-11-24T07:00'), undefined);
    expect(late('lu', boss)).toEqual([]);
    expect(late('zhao', crew)).toEqual(['withdraw']);
  });

  test('an answer on its way is the last one until it was decided', () => {
    const shown = (act: OwnAct, f: Record<string, Json> = {}) => {
      const { moves, answer } = caseOf(deskOf([swapRow('x', f)], [act]), swap(f), 'qian', crew, NOW);
      return [moves.length, answer?.kind];
    };
    expect(shown(acted('swap.accept', 'x'))).toEqual([0, 'swap.accept']);
    expect(shown(acted('swap.accept', 'x', 'delivered'))).toEqual([0, 'swap.accept']);
    expect(shown(acted('swap.accept', 'x', 'delivered'), { state: 'accepted', accepted_by: 'qian' })).toEqual([
      0,
      undefined,
    ]);
    expect(shown(acted('swap.accept', 'x', 'needs_you', 'overlap'))).toEqual([2, undefined]);
    expect(shown(acted('swap.accept', 'x', 'delivered', 'overlap'))).toEqual([2, undefined]);
    const two = { asked: ['qian', 'sun'] };
    expect(shown(acted('swap.decline', 'x', 'delivered'), two)).toEqual([0, 'swap.decline']);
    expect(shown(acted('swap.decline', 'x', 'delivered'), { ...two, declined: ['qian'] })).toEqual([0, undefined]);
  });

  test('a request that has not left the device reaches nobody and can be withdrawn', () => {
    const unsent = rowOf('swap', 'x', { give: 'a', give_ver: 'a', mode: 'give_away', asked: [] });
    const { sent } = swapOf(unsent) as Swap;
    expect(sent).toBe(false);
    const { moves, deadline } = caseOf(
      deskOf([unsent, shiftRow('a', 'zhao', '2026-11-24T07:00')]),
      swapOf(unsent) as Swap,
      'zhao',
      crew,
      NOW,
    );
    expect(moves).toEqual(['withdraw']);
    expect(deadline).toBe(at('2026-11-24T07:00'));
  });

  test('one that was delivered waits for an answer, also where the network went before its record came back', () => {
    const unsent = rowOf('swap', 'x', { give: 'a', give_ver: 'a', mode: 'give_away', asked: ['qian'] });
    const says = (...acts: OwnAct[]) => stateWords(swapWith(deskOf([unsent], acts), 'x') as Swap, new Map(), 'zhao');
    const { state } = saySwaps();
    expect(says(acted('swap.request', 'x'))).toBe(state.unsent);
    expect(says(acted('swap.request', 'x', 'delivered', 'unknown_kind'))).toBe(state.unsent);
    expect(says(acted('swap.request', 'x', 'delivered'))).toMatch(/答复$/);
    expect(says(acted('swap.request', 'x', 'delivered'), acted('swap.brief', 'x'))).toMatch(/答复$/);
  });
});

describe('lists', () => {
  const rows = [
    swapRow('late', { deadline: at('2026-11-26T07:00') }),
    swapRow('soon', { deadline: at('2026-11-23T19:00') }),
    swapRow('past', { deadline: NOW }),
    swapRow('team', { asked: [], deadline: at('2026-11-25T07:00') }),
    swapRow('mine', { asked: [] }, { by: 'qian' }),
    swapRow('done', { state: 'accepted', accepted_by: 'sun' }),
    swapRow('gone', { state: 'withdrawn' }),
  ];
  const ids = (cases: readonly { swap: Swap }[]) => cases.map((each) => each.swap.id);

  test('what waits is what has one’s name on it, by deadline', () => {
    expect(ids(waitingCases(deskOf(rows), 'qian', crew, NOW))).toEqual(['soon', 'late']);
    expect(ids(waitingCases(deskOf(rows), 'lu', boss, NOW))).toEqual(['done']);
    expect(ids(teamCases(deskOf(rows), 'qian', crew, NOW))).toEqual(['team']);
    expect(ids(ownCases(deskOf(rows), 'qian', crew, NOW))).toEqual(['mine']);
  });

  test('what one answered waits no longer, and is shown until it was decided', () => {
    const desk = deskOf(rows, [acted('swap.accept', 'soon'), acted('swap.accept', 'gone')]);
    expect(ids(waitingCases(desk, 'qian', crew, NOW))).toEqual(['late']);
    expect(ids(answeredCases(desk, 'qian', crew, NOW))).toEqual(['soon']);
  });

  test('rivals are the open swaps of a same shift, whichever leg it is', () => {
    const all = swapsIn([
      swapRow('x', { give: 'a', take: 'b' }),
      swapRow('same', { give: 'a' }),
      swapRow('back', { give: 'b' }),
      swapRow('taken', { give: 'c', take: 'a' }),
      swapRow('over', { give: 'a', state: 'rejected' }),
      swapRow('other', { give: 'd', take: 'e' }),
    ]);
    expect(rivalsOf(all, all[0] as Swap).map(({ id }) => id)).toEqual(['same', 'back', 'taken']);
  });

  test('a shift shows the swap of whom it is, not a colleague’s question about it', () => {
    const all = swapsIn([swapRow('theirs', { take: 'b' }), swapRow('mine', { give: 'b' }, { by: 'qian' })]);
    expect(swapOfShift(all, 'b', 'qian')?.id).toBe('mine');
    expect(swapOfShift(all.slice(0, 1), 'b', 'qian')).toBeUndefined();
  });
});

test('two weeks of shifts by day, with the days off between them', () => {
  const shifts = shiftsIn([
    shiftRow('now', 'zhao', '2026-11-23T07:00'),
    shiftRow('over', 'zhao', '2026-11-22T07:00'),
    shiftRow('night', 'zhao', '2026-11-24T19:00'),
    shiftRow('split', 'zhao', '2026-11-24T08:00', 3),
    shiftRow('later', 'zhao', '2026-11-28T07:00'),
    shiftRow('far', 'zhao', '2026-12-08T07:00'),
    shiftRow('other', 'qian', '2026-11-24T07:00'),
  ]);
  const lines = daysOf(shifts, 'zhao', NOW, ZONE);
  expect(lines.map((line) => ('off' in line ? line.off : line.shifts.map(({ id }) => id)))).toEqual([
    ['now'],
    ['split', 'night'],
    3,
    ['later'],
  ]);
});

describe('story', () => {
  const wrote = (who: string, minute: number, op: string) => [who, NOW + minute * 60_000, op] as const;
  const told = (row: Swap) => storyOf(row).map(({ what, who }) => [what, who]);

  test('asked, taken, decided, in the order of time', () => {
    const w = { accepted_by: wrote('qian', 1, 'p'), state: wrote('lu', 2, 'q'), decided_by: wrote('lu', 2, 'q') };
    expect(told(swap({ state: 'approved' }, { w }))).toEqual([
      ['requested', 'zhao'],
      ['accepted', 'qian'],
      ['approved', 'lu'],
    ]);
    expect(told(swap({ state: 'expired' }, { w: { state: wrote('server', 9, 'q') } }))).toEqual([
      ['requested', 'zhao'],
      ['expired', undefined],
    ]);
    const both = { declined: wrote('qian', 1, 'p'), state: wrote('qian', 1, 'p') };
    expect(told(swap({ state: 'declined', declined: ['qian'] }, { w: both }))).toHaveLength(2);
  });

  test('a swap that another one overtook points at it', () => {
    const lost = swap({ state: 'declined', decided_by: 'lu' }, { w: { state: wrote('lu', 2, 'op') } });
    const won = { ...swapRow('won', { state: 'approved' }), w: { state: wrote('lu', 2, 'op') } };
    expect(isSuperseded(lost)).toBe(true);
    expect(winnerOver(swapsIn([won]), lost)?.id).toBe('won');
    expect(told(lost).at(-1)).toEqual(['superseded', 'lu']);
    expect(isSuperseded(swap({ state: 'declined', declined: ['qian'] }))).toBe(false);
  });
});
