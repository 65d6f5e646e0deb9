import { expect, test } from 'vitest';
import { dayEnd, dayStart } from './days.ts';

const ZONE = 'Asia/Shanghai';

test('days are the site’s, also where the clock is put forward', () => {
  expect(dayStart('2026-11-24', ZONE)).toBe(Date.parse('2026-11-23T16:00Z'));
  expect(dayEnd('2026-11-24', ZONE)).toBe(Date.parse('2026-11-24T16:00Z'));
  expect(dayStart('2026-03-29', 'Europe/Berlin')).toBe(Date.parse('2026-03-28T23:00Z'));
  expect(dayEnd('2026-03-29', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T22:00Z'));
  expect(dayEnd('2026-10-25', 'Europe/Berlin')).toBe(Date.parse('2026-10-25T23:00Z'));
  expect(dayStart('2026-11-24', 'Pacific/Kiritimati')).toBe(Date.parse('2026-11-23T10:00Z'));
  expect(dayStart('2026-11-24', 'America/Los_Angeles')).toBe(Date.parse('2026-11-24T08:00Z'));
  expect(dayStart('2026-02-30', ZONE)).toBeUndefined();
  expect(dayStart('', ZONE)).toBeUndefined();
});
