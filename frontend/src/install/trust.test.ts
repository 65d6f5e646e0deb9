import { afterEach, expect, test, vi } from 'vitest';
import { askTrust, lines, system } from './trust.ts';

afterEach(() => vi.unstubAllGlobals());

test('an answer of any kind is trust', async () => {
  const asked = vi.fn(async (_: string, __: RequestInit) => ({ type: 'opaque' }));
  vi.stubGlobal('fetch', asked);
  expect(await askTrust('https://10.0.0.5:8443')).toBe('trusted');
  expect(asked.mock.calls[0]?.[0]).toMatch(/^https:\/\/10\.0\.0\.5:8443\//);
  // Without no-cors the answer of another origin would be an error, trusted or not.
  expect(asked.mock.calls[0]?.[1].mode).toBe('no-cors');
});

test('a refusal is distrust, and silence is a wall', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await askTrust('https://10.0.0.5:8443')).toBe('notYet');
  vi.stubGlobal(
    'fetch',
    (_: string, { signal }: RequestInit) =>
      new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason))),
  );
  expect(await askTrust('https://10.0.0.5:8443', 5)).toBe('silent');
});

test.each([
  ['Mozilla/5.0 (Linux; Android 14; HBN-AL00) Chrome/120', 5, 'android'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) Safari', 5, 'ios'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari', 5, 'ios'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/120', 10, 'windows'],
  ['Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb', 5, 'android'],
])('%s with %i touch points is %s', (agent, points, found) => {
  expect(system(agent, points)).toBe(found);
});

test('a fingerprint is shown in lines of eight pairs', () => {
  const eight = '00:11:22:33:44:55:66:77';
  expect(lines([eight, eight, eight, eight].join(':'))).toEqual([eight, eight, eight, eight]);
});
