import { describe, expect, test } from 'vitest';
import { AFTER, BEFORE, type Direction, type Punch } from '../ui/punches.ts';
import type { Shift } from '../ui/shifts.ts';
import { bind, doubt } from './bind.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;

/** Hours are counted from a midnight; 31 is 7 o'clock of the next day. */
const at = (hour: number) => 1_795_000_000_000 + hour * HOUR;

const shift = (id: string, from: number, to: number): Shift => ({
  ...{
    id,
    ver: id,
    person: 'amy',
    post: 'east',
    site: 'lake',
    team: 'day',
    date: '2026-11-21',
    label: id,
    night: false,
  },
  start: at(from),
  end: at(to),
});

const punch = (direction: Direction, hour: number, of?: string): Punch => ({
  ...{ id: `${direction} ${hour}`, person: 'amy', direction, at: at(hour), shift: of },
});

const told = (shifts: Shift[], punches: Punch[], hour: number) => {
  const bound = bind(shifts, punches, at(hour));
  return [bound.shift?.id, bound.direction];
};

describe('a shift takes punches', () => {
  const day = [shift('day', 7, 19)];
  test.each([
    [7 - BEFORE / HOUR, 'day'],
    [7 - BEFORE / HOUR - 0.01, undefined],
    [19 + AFTER / HOUR, 'day'],
    [19 + AFTER / HOUR + 0.01, undefined],
  ])('at %f o’clock: %s', (hour, expected) => {
    expect(told(day, [], hour)[0]).toBe(expected);
  });

  test('over midnight, as one', () => {
    const night = [shift('night', 19, 31)];
    expect(told(night, [], 18.9)).toEqual(['night', 'in']);
    expect(told(night, [punch('in', 18.9, 'night')], 31.1)).toEqual(['night', 'out']);
  });

  test('between two with a break: the middle of the break parts them', () => {
    const split = [shift('noon', 11, 13), shift('evening', 15, 19)];
    expect(told(split, [punch('in', 11, 'noon')], 13.99)).toEqual(['noon', 'out']);
    expect(told(split, [punch('in', 11, 'noon')], 14)).toEqual(['evening', 'in']);
  });

  test('after a short break, an open shift takes the going of its next quarter of an hour', () => {
    const short = [shift('noon', 11, 13), shift('evening', 13.25, 19)];
    expect(told(short, [punch('in', 11, 'noon')], 13.2)).toEqual(['noon', 'out']);
    expect(told(short, [punch('in', 11, 'noon')], 13.25)).toEqual(['evening', 'in']);
    expect(told(short, [], 13.2)).toEqual(['evening', 'in']);
  });

  test('where one ends as the next begins: an open shift takes the going, else the next takes the coming', () => {
    const double = [shift('day', 7, 19), shift('night', 19, 31)];
    expect(told(double, [punch('in', 7, 'day')], 19.2)).toEqual(['day', 'out']);
    expect(told(double, [punch('in', 7, 'day')], 19.25)).toEqual(['night', 'in']);
    expect(told(double, [punch('in', 7, 'day'), punch('out', 18.9, 'day')], 18.95)).toEqual(['night', 'in']);
    expect(told(double, [], 18.7)).toEqual(['day', 'out']);
    expect(told(double, [], 18.75)).toEqual(['night', 'in']);
  });
});

describe('the button', () => {
  test('never follows the last row: a going forgotten yesterday leaves today’s coming a coming', () => {
    const days = [shift('yesterday', 7 - 24, 19 - 24), shift('today', 7, 19)];
    expect(told(days, [punch('in', 7 - 24, 'yesterday')], 6.9)).toEqual(['today', 'in']);
  });

  test('goes by the hour while nothing was punched: a coming that was forgotten does not turn the going into one', () => {
    const day = [shift('day', 7, 19)];
    expect(told(day, [], 12.99)).toEqual(['day', 'in']);
    expect(told(day, [], 13)).toEqual(['day', 'out']);
  });

  test('stays with going once the person came, and a later going counts too', () => {
    const day = [shift('day', 7, 19)];
    const came = [punch('in', 6.9, 'day'), punch('out', 18.5, 'day')];
    expect(told(day, came, 19)).toEqual(['day', 'out']);
  });

  test('without a shift turns by what was punched without one, for sixteen hours', () => {
    expect(told([], [], 9)).toEqual([undefined, 'in']);
    expect(told([], [punch('in', 9)], 17)).toEqual([undefined, 'out']);
    expect(told([], [punch('in', 9)], 25.1)).toEqual([undefined, 'in']);
    expect(told([], [punch('in', 9, 'day')], 17)).toEqual([undefined, 'in']);
  });
});

describe('a question comes first', () => {
  const day = [shift('day', 7, 19)];
  const asked = (punches: Punch[], direction: Direction, now: number) => doubt(bind(day, punches, now), direction, now);
  const came = punch('in', 7, 'day');

  test('for two taps within a minute, whichever way the second goes', () => {
    expect(asked([came], 'out', came.at + MINUTE - 1)).toBe('twice');
    expect(asked([came], 'in', came.at + MINUTE - 1)).toBe('twice');
    expect(asked([came], 'in', came.at + MINUTE)).toBe('again');
  });

  test('and not for one that lies ahead: the clock was put right since', () => {
    expect(asked([punch('in', 12, 'day')], 'out', at(19))).toBeUndefined();
    expect(doubt(bind(day, [punch('in', 20, 'day')], at(19)), 'out', at(19))).toBeUndefined();
  });

  test('for going more than half an hour before the end', () => {
    expect(asked([came], 'out', at(18.5) - 1)).toBe('early');
    expect(asked([came], 'out', at(18.5))).toBeUndefined();
  });

  test('and none for coming on time, or going when the shift is over', () => {
    expect(asked([], 'in', at(6.9))).toBeUndefined();
    expect(asked([came], 'out', at(19.1))).toBeUndefined();
    expect(asked([came], 'out', at(7) + DAY)).toBeUndefined();
  });
});
