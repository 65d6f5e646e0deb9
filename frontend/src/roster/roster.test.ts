import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { byDate, least, type Template } from './cover.ts';
import { dutyDays } from './duty.ts';
import {
  cellsOf,
  changedSince,
  daysOf,
  disturbed,
  edited,
  keyOf,
  later,
  NO_DRAFT,
  present,
  rebased,
  values,
} from './month.ts';
import { spread, symbolOn, symbolsOf } from './rotation.ts';

interface Vector {
  readonly name: string;
  readonly pattern: string;
  readonly anchor: string;
  readonly step: number;
  readonly offset: number;
  readonly dates: Record<string, string>;
}

const VECTORS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../tests/vectors/rotation.json'), 'utf8'),
) as Vector[];
const A = '0199f0a0-0001-7000-8000-00000000000a';
const B = '0199f0a0-0001-7000-8000-00000000000b';
const DAY = '0199f0a0-0002-7000-8000-000000000001';
const NIGHT = '0199f0a0-0002-7000-8000-000000000002';
const EAST = '0199f0a0-0003-7000-8000-000000000001';
const WEST = '0199f0a0-0003-7000-8000-000000000002';

function shift(person: string, date: string, more: Record<string, string | number> = {}): Row {
  const f = { person, date, team: 'T', post: EAST, template: DAY, label: '早', roster: 1, ...more };
  return { id: `${person}${date}`, kind: 'shift', at: 0, by: 'x', ver: 'v', n: 1, f };
}

test.each(VECTORS)('$name', ({ pattern, anchor, step, offset, dates }) => {
  const rotation = { pattern: symbolsOf(pattern), anchor, step };
  for (const [date, symbol] of Object.entries(dates)) expect(symbolOn(rotation, date, offset), date).toBe(symbol);
});

test('members are set evenly apart', () => {
  expect(spread(4, 8)).toEqual([0, 2, 4, 6]);
  expect(spread(3, 8)).toEqual([0, 2, 5]);
});

test('a month has its days, and months follow each other over the year', () => {
  expect(daysOf('2028-02')).toHaveLength(29);
  expect(daysOf('2026-12').at(-1)).toBe('2026-12-31');
  expect([later('2026-12', 1), later('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
});

test('shifts stand in cells; those of other teams and months and those taken off do not', () => {
  const rows = [
    shift(A, '2026-03-01'),
    shift(A, '2026-03-01', { template: NIGHT, post: WEST }),
    shift(A, '2026-03-02', { cancelled: 5 }),
    shift(A, '2026-04-01'),
    shift(B, '2026-03-01', { team: 'U' }),
    shift(B, '2026-03-03', { template: '' }),
  ];
  expect(present(rows, 'T', '2026-03')).toEqual(
    new Map([
      [keyOf(A, '2026-03-01'), `${DAY}:${EAST}+${NIGHT}:${WEST}`],
      [keyOf(B, '2026-03-03'), '!早'],
    ]),
  );
});

test('a draft holds what differs, and begins at the version that was seen', () => {
  const here = new Map([[keyOf(A, '2026-03-01'), `${DAY}:${EAST}`]]);
  const draft = edited(
    NO_DRAFT,
    here,
    7,
    [
      [keyOf(A, '2026-03-01'), ''],
      [keyOf(B, '2026-03-02'), `${NIGHT}:${EAST}`],
    ],
    true,
  );
  expect(draft.seen).toBe(7);
  expect(Object.keys(draft.cells)).toHaveLength(2);
  const undone = edited(draft, here, 8, [[keyOf(A, '2026-03-01'), `${DAY}:${EAST}`]], true);
  expect(undone.seen).toBe(7);
  expect(Object.keys(undone.cells)).toEqual([keyOf(B, '2026-03-02')]);
});

test('what is published reads back as the same cells', () => {
  const set: [string, string][] = [
    [keyOf(B, '2026-03-31'), `${DAY}:${EAST}+${NIGHT}:${WEST}`],
    [keyOf(A, '2026-03-01'), `${DAY}:${WEST}`],
    [keyOf(A, '2026-03-02'), ''],
  ];
  const here = new Map([[keyOf(A, '2026-03-02'), `${DAY}:${EAST}`]]);
  const said = values('T', '2026-03', edited(NO_DRAFT, here, 3, set, true));
  expect(said).toMatchObject({ team: 'T', month: '2026-03', seen: 3, templates: [DAY, NIGHT], posts: [EAST, WEST] });
  expect(
    String(said?.['rows'])
      .split('\n')
      .map((line) => line.length),
  ).toEqual([36 + 1 + 31, 36 + 1 + 31]);
  expect(cellsOf(said ?? {})).toEqual(new Map(set));
});

test('a month of two hundred people fits into one act, and what does not is not sent', () => {
  const people = (count: number) =>
    Array.from({ length: count }, (_, i) => `0199f0a0-0001-7000-8000-${String(i).padStart(12, '0')}`);
  const all = (count: number) =>
    people(count).flatMap((person) =>
      daysOf('2026-03').map((date) => [keyOf(person, date), `${DAY}:${EAST}`] as const),
    );
  expect(values('T', '2026-03', edited(NO_DRAFT, new Map(), 0, all(200), false))).toBeDefined();
  expect(values('T', '2026-03', edited(NO_DRAFT, new Map(), 0, all(230), false))).toBeUndefined();
});

test('upon a newer version only what still differs is left, and what somebody else changed is known', () => {
  const key = keyOf(A, '2026-03-01');
  const draft = edited(
    NO_DRAFT,
    new Map([[key, `${DAY}:${EAST}`]]),
    7,
    [
      [key, `${NIGHT}:${EAST}`],
      [keyOf(B, '2026-03-01'), `${DAY}:${EAST}`],
    ],
    true,
  );
  const now = new Map([
    [key, ''],
    [keyOf(B, '2026-03-01'), `${DAY}:${EAST}`],
  ]);
  expect(disturbed(draft, now).sort()).toEqual([key, keyOf(B, '2026-03-01')].sort());
  const after = rebased(draft, now, 8);
  expect(after).toEqual({ seen: 8, cells: { [key]: { work: `${NIGHT}:${EAST}`, was: '', hand: true } } });
  const rows = [shift(A, '2026-03-01', { roster: 8, cancelled: 1 }), shift(B, '2026-03-02', { roster: 6 })];
  expect(changedSince(rows, 'T', '2026-03', 7)).toHaveLength(1);
});

test('cover counts meals, the night before, and the whole day where a post is kept round the clock', () => {
  const template = (id: string, ...spans: [number, number][]): [string, Template] => [
    id,
    { id, label: id, name: id, night: false, spans: spans.map(([from, to]) => ({ from: from * 60, to: to * 60 })) },
  ];
  const templates = new Map([template('d', [9, 11.5], [12.5, 18.5]), template('n', [19, 31])]);
  const works = new Map([
    ['2026-03-01', [`n:${EAST}`]],
    ['2026-03-02', [`d:${EAST}`]],
  ]);
  const on = (date: string, before: string | undefined, always = false) =>
    least(works, date, before, EAST, templates, always);
  expect(on('2026-03-02', undefined)).toEqual({ people: 0, at: 690 });
  expect(on('2026-03-01', undefined)).toEqual({ people: 1, at: 1_140 });
  expect(on('2026-03-02', '2026-03-01', true)).toEqual({ people: 0, at: 420 });
  expect(on('2026-03-03', '2026-03-02')).toBeUndefined();
  expect(byDate(new Map([[keyOf(A, '2026-03-01'), 'x']]))).toEqual(new Map([['2026-03-01', ['x']]]));
});

test('the duty-day list says by date and turn who is on duty where, without what was taken off', () => {
  const at = (date: string, hour: number) => Date.parse(`${date}T00:00+08:00`) + hour * 3_600_000;
  const on = (person: string, date: string, from: number, to: number, more: Record<string, string | number> = {}) =>
    shift(person, date, { start: at(date, from), end: at(date, to), ...more });
  const rows = [
    on(B, '2026-03-01', 19, 31, { label: '夜', post: WEST }),
    on(B, '2026-03-02', 7, 19),
    on(A, '2026-03-02', 7, 19),
    on(A, '2026-03-02', 7, 19, { post: WEST }),
    on(A, '2026-03-03', 7, 19, { cancelled: 5 }),
    on(A, '2026-04-01', 7, 19),
    on(A, '2026-03-04', 7, 19, { team: 'U' }),
  ];
  const found = dutyDays(rows, 'T', '2026-03', 'Asia/Shanghai', (id) => id);
  expect(found.turns).toEqual(['早 07:00–19:00', '夜 19:00–07:00']);
  expect([...found.days.keys()]).toEqual(['2026-03-01', '2026-03-02']);
  expect(found.days.get('2026-03-01')?.get('夜 19:00–07:00')).toEqual([{ post: WEST, people: [B] }]);
  expect(found.days.get('2026-03-02')?.get('早 07:00–19:00')).toEqual([
    { post: EAST, people: [A, B] },
    { post: WEST, people: [A] },
  ]);
});
