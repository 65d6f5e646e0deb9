import type { Act, Engine, Json } from '@gatehouse/sync/api';
import { describe, expect, test } from 'vitest';
import { type Shift, shiftsIn } from '../ui/shifts.ts';
import { decline, nameDeputy, reject, request } from './actions.ts';
import { askingOf, blank, chosen, missing, toggled } from './asking.ts';
import { colleaguesOf, deputiesOf, deputyChoices, takeable } from './queries.ts';
import { at, deskOf, HOUR, NOW, rowOf, shiftRow, ZONE } from './testing.ts';
import { hoursOf, leftWords } from './words.ts';

describe('asking', () => {
  const person = (id: string, f: Record<string, Json> = {}) => rowOf('person', id, { name: id, team: 'day', ...f });
  const give = shiftRow('a', 'zhao', '2026-11-24T07:00');
  const desk = deskOf([
    ...['zhao', 'qian', 'sun', 'li', 'zhou'].map((id) => person(id)),
    person('gone', { dismissed: NOW }),
    person('far', { team: 'night' }),
    give,
    shiftRow('q', 'qian', '2026-11-24T10:00', 3),
    shiftRow('s', 'sun', '2026-11-23T19:00'),
    shiftRow('l', 'li', '2026-11-26T07:00'),
    shiftRow('old', 'li', '2026-11-20T07:00'),
    shiftRow('early', 'li', '2026-11-24T01:00', 2),
  ]);
  const shift = shiftsIn([give])[0] as Shift;

  test('colleagues of the team, those it suits first and those without shifts last', () => {
    const found = colleaguesOf(desk, shift, 'zhao', NOW, ZONE);
    expect(found.map(({ id, clash, short }) => [id, clash, short])).toEqual([
      ['sun', false, true],
      ['li', false, true],
      ['qian', true, false],
      ['zhou', false, false],
    ]);
  });

  test('of the colleague’s shifts, those to come; a repay comes after', () => {
    expect(takeable(desk, shift, 'li', 'exchange', NOW).map(({ id }) => id)).toEqual(['early', 'l']);
    expect(takeable(desk, shift, 'li', 'repay', NOW).map(({ id }) => id)).toEqual(['l']);
  });

  test('giving away asks several or the team, an exchange the last one picked', () => {
    let entry = blank();
    expect(missing(entry, undefined)).toBe('whom');
    for (const each of ['b', 'a', 'b', 'c']) entry = { ...entry, ...toggled(entry, each) };
    expect(chosen(entry)).toEqual(['a', 'c']);
    expect(missing(entry, undefined)).toBeUndefined();
    expect(missing({ ...entry, people: Array.from({ length: 21 }, (_, i) => `${i}`) }, undefined)).toBe('many');
    expect(chosen({ ...entry, all: true })).toEqual([]);
    expect(missing({ ...blank(), all: true }, undefined)).toBeUndefined();
    const pair = { ...entry, mode: 'exchange' } as const;
    expect(chosen(pair)).toEqual(['c']);
    expect(missing(pair, undefined)).toBe('take');
    expect(missing({ ...blank(), mode: 'exchange', all: true }, undefined)).toBe('whom');
    expect(toggled(pair, 'd')).toEqual({ people: ['d'], take: '' });
  });

  test('the act names versions and keeps the reason private', async () => {
    const acts: Act[] = [];
    const engine = {
      act: async (act: Act) => {
        acts.push(act);
        return { ok: { id: 'o', entity: 'o' } };
      },
    } as unknown as Engine;
    const take = { ...shift, id: 't', ver: 'v2' };
    const entry = { ...blank(), people: ['b', 'a'], reason: ' two\nlines ' };
    await request(engine, shift, askingOf(entry, take));
    await request(engine, shift, askingOf({ ...entry, mode: 'exchange', reason: '' }, take));
    await decline(engine, 'x');
    await reject(engine, 'x', 'no');
    await nameDeputy(engine, 'me', 'you', 1, 2);
    expect(acts).toEqual([
      {
        kind: 'swap.request',
        values: { give: 'a', give_ver: 'a', mode: 'give_away', asked: ['a', 'b'] },
        private: { reason: 'two lines' },
      },
      {
        kind: 'swap.request',
        values: { give: 'a', give_ver: 'a', mode: 'exchange', asked: ['a'], take: 't', take_ver: 'v2' },
      },
      { kind: 'swap.decline', entity: 'x' },
      { kind: 'swap.reject', entity: 'x', private: { note: 'no' } },
      { kind: 'deputy.name', values: { absent: 'me', deputy: 'you', since: 1, until: 2 } },
    ]);
  });
});

describe('words', () => {
  test.each([
    [-1, '07:00 已截止'],
    [30_000, '还剩 1 分钟'],
    [59 * 60_000, '还剩 59 分钟'],
    [3 * HOUR + 59 * 60_000, '还剩 3 小时'],
    [47 * HOUR, '还剩 47 小时'],
    [71 * HOUR, '还剩 2 天'],
  ])('%i ms before the deadline', (left, words) => {
    const deadline = at('2026-11-24T07:00');
    expect(leftWords(deadline, deadline - left, ZONE)).toContain(words);
  });

  test('the deadline is a clock time on its day, with the day before it otherwise', () => {
    expect(leftWords(at('2026-11-23T19:00'), NOW, ZONE)).toBe('还剩 3 小时，19:00 截止');
    expect(leftWords(at('2026-11-24T07:00'), NOW, ZONE)).toBe('还剩 15 小时，明天 07:00 截止');
  });

  test('hours are cut down to the half, long rests are days', () => {
    expect([10.99 * HOUR, 12 * HOUR, 80 * HOUR].map(hoursOf)).toEqual(['10.5 小时', '12 小时', '3 天']);
  });
});

describe('deputies', () => {
  test('of one’s own, those that are not over; in charge come first among the choices', () => {
    const deputy = (id: string, absent: string, other: string, until: number) =>
      rowOf('deputy', id, { absent, deputy: other, since: NOW - HOUR, until });
    const desk = deskOf([
      deputy('a', 'lu', 'qin', NOW + HOUR),
      deputy('b', 'qin', 'lu', NOW + HOUR),
      deputy('over', 'lu', 'qin', NOW),
      deputy('alien', 'qin', 'bai', NOW + HOUR),
      rowOf('person', 'lu', { superior: 'fang', team: 'day' }),
      rowOf('person', 'zhao', { superior: 'lu', team: 'day' }),
      rowOf('person', 'qin', { superior: 'fang', team: 'night' }),
      rowOf('person', 'wei', { superior: 'qin', team: 'night' }),
      rowOf('person', 'fang', {}),
    ]);
    expect(deputiesOf(desk, 'lu', NOW).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(deputyChoices(desk, 'lu', 'day', NOW).map(({ id }) => id)).toEqual(['qin', 'fang', 'zhao']);
  });
});
