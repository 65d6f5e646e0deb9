import { describe, expect, test } from 'vitest';
import { clean, ENDINGS, erase, fits, PROVINCES, press, SIGNS, shape } from './plate.ts';

/** Presses keys one after the other, as far as the keypad offers them. */
function typed(keys: string, start = ''): string {
  return [...keys].reduce((plate, key) => {
    if (!PROVINCES.includes(key) && !fits(plate, key)) throw new Error(`${key} is not offered after ${plate}`);
    return press(plate, key);
  }, start);
}

describe('keypad', () => {
  test('types a plain and a new-energy plate', () => {
    expect(shape(typed('粤B12345'))).toBe('plain');
    expect(shape(typed('粤BD12345'))).toBe('green');
  });

  test('starts with the province; another one replaces it', () => {
    expect(fits('', 'B')).toBe(false);
    expect(press('粤B12', '湘')).toBe('湘B12');
    expect(press('B12', '湘')).toBe('湘B12');
  });

  test('offers only letters in the second place', () => {
    expect(SIGNS.filter((key) => fits('粤', key)).every((key) => /[A-Z]/.test(key))).toBe(true);
    expect(SIGNS.some((key) => fits('粤', key))).toBe(true);
  });

  test('has neither I nor O', () => {
    expect(SIGNS).not.toContain('I');
    expect(SIGNS).not.toContain('O');
    expect(new Set([...SIGNS, ...PROVINCES, ...ENDINGS]).size).toBe(SIGNS.length + PROVINCES.length + ENDINGS.length);
  });

  test('offers endings only at the end, and nothing after eight places', () => {
    expect(fits('粤B1', '学')).toBe(false);
    expect(shape(typed('粤B1234学'))).toBe('plain');
    expect(fits('粤BD12345', '1')).toBe(false);
    expect(press('粤BD12345', '1')).toBe('粤BD12345');
  });

  test('erases one place', () => {
    expect(erase('粤B1')).toBe('粤B');
    expect(erase('')).toBe('');
  });
});

test.each([
  ['', 'empty'],
  ['粤', 'partial'],
  ['粤B1', 'partial'],
  ['粤B12345', 'plain'],
  ['粤Z1234港', 'plain'],
  ['粤B123456', 'green'],
  ['粤B12345学', 'other'],
  ['粤1B2345', 'other'],
  ['粤BO2345', 'other'],
  ['WJ12345', 'other'],
  ['ABC-123', 'other'],
])('%s is %s', (plate, expected) => {
  expect(shape(plate)).toBe(expected);
});

test('a province typed after the one on offer takes its place', () => {
  expect(clean('粤湘A88888')).toBe('湘A88888');
  expect(clean('粤粤')).toBe('粤');
});

test('what a keyboard writes is tidied, and cut by code point', () => {
  expect(clean(' 粤b·12-345 ')).toBe('粤B12345');
  expect([...clean('🚗'.repeat(20))]).toHaveLength(12);
});
