import { expect, test } from 'vitest';
import { locale, say } from '../messages/index.ts';
import { ago, clock, dayKey, dayWords, endOfDay, moment, span } from './time.ts';

const ZONE = 'Asia/Shanghai';
const at = (text: string) => Date.parse(text);
const NIGHT = at('2026-11-21T15:41:30Z'); // 23:41 in Shanghai

test('times are of 24 hours in the site’s zone, whatever the language', () => {
  for (const language of ['zh-CN', 'zh-TW', 'en'] as const) {
    locale.value = language;
    expect(clock(NIGHT, ZONE)).toBe('23:41');
    expect(clock(at('2026-11-21T16:05:00Z'), ZONE)).toBe('00:05');
    expect(clock(NIGHT, 'Asia/Urumqi')).toBe('21:41');
  }
  locale.value = 'zh-CN';
});

test('days are the site’s days', () => {
  expect(dayKey(NIGHT, ZONE)).toBe('2026-11-21');
  expect(dayKey(NIGHT + 30 * 60_000, ZONE)).toBe('2026-11-22');
  expect(dayWords(NIGHT, NIGHT, ZONE)).toBe(say().time.today);
  expect(dayWords(NIGHT, NIGHT + 3_600_000, ZONE)).toBe(say().time.yesterday);
  expect(dayWords(NIGHT, NIGHT + 3 * 86_400_000, ZONE)).toMatch(/11月21日/);
});

test('a moment of another day says which', () => {
  expect(moment(NIGHT, NIGHT + 60_000, ZONE)).toBe('23:41');
  expect(moment(NIGHT, NIGHT + 3_600_000, ZONE)).toBe(`${say().time.yesterday} 23:41`);
});

test.each([
  [-5_000, '刚刚'],
  [59_999, '刚刚'],
  [60_000, '1 分钟前'],
  [3_599_999, '59 分钟前'],
  [3_600_000, '1 小时前'],
  [47 * 3_600_000, '47 小时前'],
  [48 * 3_600_000, '2 天前'],
])('%i ms ago is %s', (ms, words) => {
  expect(ago(NIGHT - ms, NIGHT)).toBe(words);
});

test('a span is never negative', () => {
  expect(span(-1)).toBe('0 分钟');
  expect(span(25 * 3_600_000 + 61_000)).toBe('25 小时 1 分');
});

test('the day ends at its last minute', () => {
  expect(clock(endOfDay(NIGHT, ZONE), ZONE)).toBe('23:59');
  expect(dayKey(endOfDay(NIGHT, ZONE), ZONE)).toBe('2026-11-21');
  expect(dayKey(endOfDay(NIGHT + 30 * 60_000, ZONE), ZONE)).toBe('2026-11-22');
});
