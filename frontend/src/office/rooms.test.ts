import { expect, test } from 'vitest';
import { compared, floorsIn, missing, natural, type Plan, roomsOf } from './rooms.ts';

const PLAN: Plan = { from: 1, to: 2, each: 2, style: '101', prefix: '', skip: new Set() };
const names = (part: Partial<Plan>) => roomsOf({ ...PLAN, ...part }).map(({ name }) => name);

test.each([
  ['101', ['101', '102', '201', '202']],
  ['0101', ['0101', '0102', '0201', '0202']],
  ['1-1', ['1-1', '1-2', '2-1', '2-2']],
  ['1A', ['1A', '1B', '2A', '2B']],
] as const)('rooms are called like %s', (style, wanted) => {
  expect(names({ style })).toEqual(wanted);
});

test('there is no floor 0, and below it floors count down from B1', () => {
  expect(names({ from: -2, to: 1, each: 1 })).toEqual(['B201', 'B101', '101']);
  expect(roomsOf({ ...PLAN, from: -2, to: 1, each: 1 }).map(({ floor }) => floor)).toEqual([-2, -1, 1]);
});

test('floors that a building does not have are left out', () => {
  expect(names({ from: 3, to: 5, each: 1, skip: floorsIn('4, 13') })).toEqual(['301', '501']);
  expect(names({ from: 12, to: 15, each: 1, skip: floorsIn('13 14 x') })).toEqual(['1201', '1501']);
});

test('the prefix stands before every name', () => {
  expect(names({ prefix: '1单元-', to: 1 })).toEqual(['1单元-101', '1单元-102']);
});

test('the hundredth floor and the twenty-seventh room keep their digits and letters', () => {
  expect(names({ from: 100, to: 100, each: 1 })).toEqual(['10001']);
  expect(names({ from: 1, to: 1, each: 27, style: '1A' }).slice(-2)).toEqual(['1Z', '1AA']);
});

test('no two rooms of a plan have one name, in any style', () => {
  for (const style of ['101', '0101', '1-1', '1A'] as const) {
    const all = names({ from: -20, to: 300, each: 99, style }).map(compared);
    expect(new Set(all).size, style).toBe(320 * 99);
  }
});

test('a plan that ends before it begins has no rooms', () => {
  expect(names({ from: 2, to: 1 })).toEqual([]);
});

test('rooms that are there are left out, however they were typed', () => {
  const rooms = roomsOf({ ...PLAN, style: '1A' });
  expect(missing(rooms, ['１a', ' 2B ', '9']).map(({ name }) => name)).toEqual(['1B', '2A']);
});

test('rooms stand in the order in which one counts', () => {
  expect(['10-101', '2-101', '2-99'].sort(natural)).toEqual(['2-99', '2-101', '10-101']);
});
