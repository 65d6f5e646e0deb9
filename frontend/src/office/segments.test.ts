import { expect, test } from 'vitest';
import { hoursWords, lengthWords } from './hours.tsx';
import { clockOf, inOrder, isNight, lengths, segmentsOf, spanOf, spansOf, wellFormed } from './segments.ts';

test('segments become spans and segments again', () => {
  const text = '08:00-12:00 13:30-17:30 20:00-26:15';
  expect(spansOf(text)).toEqual([
    { from: 480, to: 720 },
    { from: 810, to: 1050 },
    { from: 1200, to: 1575 },
  ]);
  expect(segmentsOf(spansOf(text))).toBe(text);
  expect(spansOf('later 8-9')).toEqual([]);
});

test('hours past midnight are the next day’s', () => {
  expect(clockOf(25 * 60)).toEqual({ time: '01:00', next: true });
  expect(clockOf(24 * 60)).toEqual({ time: '00:00', next: true });
  expect(hoursWords(spansOf('17:00-25:00'))).toBe('17:00–次日01:00');
  expect(hoursWords(spansOf('09:00-12:00 14:00-18:30'))).toBe('09:00–12:00 · 14:00–18:30');
});

test.each([
  ['17:00-25:00', '共 8 小时'],
  ['09:00-12:00 14:00-18:30', '共 7 小时 30 分 · 中间休 2 小时'],
  ['09:00-12:00 12:45-18:00', '共 8 小时 15 分 · 中间休 45 分'],
])('%s is %s', (segments, words) => {
  expect(lengthWords(spansOf(segments))).toBe(words);
});

test('an end that is not after its start is on the next day', () => {
  expect(spanOf('17:00', '01:00')).toEqual({ from: 1020, to: 1500 });
  expect(spanOf('08:00', '08:00')).toEqual({ from: 480, to: 1920 });
  expect(spanOf('08:00', '')).toBeUndefined();
  expect(spanOf('24:00', '08:00')).toBeUndefined();
});

test('a part after midnight follows the one before it', () => {
  const night = inOrder([
    { start: '19:00', end: '00:00' },
    { start: '01:00', end: '07:00' },
  ]);
  expect(segmentsOf(night ?? [])).toBe('19:00-24:00 25:00-31:00');
  expect(wellFormed(night ?? [])).toBe(true);
  expect(inOrder([{ start: '08:00', end: 'x' }])).toBeUndefined();
});

test.each([
  ['08:00-12:00 11:59-17:00', false],
  ['13:00-17:00 08:00-12:00', false],
  ['08:00-33:00', false],
  ['23:00-24:00 24:30-47:30', false],
  ['24:00-25:00', false],
  ['00:00-24:00', true],
  ['19:00-24:00 25:00-31:00', true],
  [[0, 1, 2, 3, 4, 5].map((n) => `0${n}:00-0${n}:30`).join(' '), true],
  [[0, 1, 2, 3, 4, 5, 6].map((n) => `0${n}:00-0${n}:30`).join(' '), false],
])('%s is well formed: %s, as the server says', (segments, good) => {
  expect(wellFormed(spansOf(segments))).toBe(good);
});

test('parts that overlap when typed are not set right in silence', () => {
  const parts = inOrder([
    { start: '08:00', end: '12:00' },
    { start: '11:00', end: '17:00' },
  ]);
  expect(wellFormed(parts ?? [])).toBe(false);
});

test('what is worked and what is off adds up to the whole', () => {
  expect(lengths(spansOf('09:00-12:00 14:00-18:30'))).toEqual({ work: 450, off: 120 });
  expect(lengths([])).toEqual({ work: 0, off: 0 });
});

test.each([
  ['22:00-32:00', true],
  ['17:00-25:00', true],
  ['00:00-08:00', true],
  ['08:00-20:00', false],
  ['14:00-23:00', false],
])('%s looks like a night shift: %s', (segments, night) => {
  expect(isNight(spansOf(segments))).toBe(night);
});
