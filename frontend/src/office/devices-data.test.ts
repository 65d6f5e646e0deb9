import type { Row } from '@gatehouse/sync/api';
import { expect, it } from 'vitest';
import { CLOCK_MS, fleet, LOST_MS, release, SILENT_MS } from './devices-data.ts';

const NOW = 1_795_000_000_000;
const SERVED = '0.2.0+index-b.js';

function row(device: string, f: Row['f'] = {}): Row {
  const fields = { device, kind: 'personal', label: device, enrolled: 1, seen: NOW, app: SERVED, waiting: 0, ...f };
  return { at: 1, by: device, f: fields, id: `row of ${device}`, kind: 'device', ver: '1', n: 1 };
}

const server = row('server', { kind: 'server', app: SERVED });
const one = (f: Row['f']) => fleet([server, row('a', f)], NOW).devices[0];

it('names the release served and lists no server among the devices', () => {
  expect(fleet([server, row('a')], NOW)).toMatchObject({ served: '0.2.0', devices: [{ id: 'a', release: '0.2.0' }] });
  expect(fleet([row('a')], NOW).served).toBeNull();
});

it('a device lags that runs another build, or never said which', () => {
  expect(one({})?.lags).toBe(false);
  expect(one({ app: '0.2.0+index-a.js' })?.lags).toBe(true);
  const { app: _, ...silent } = row('a').f;
  expect(fleet([server, { ...row('a'), f: silent }], NOW).devices[0]).toMatchObject({ lags: true, release: null });
});

it('nothing lags behind a server that serves no app', () => {
  expect(fleet([row('a', { app: '0.1.0+x' })], NOW).devices[0]?.lags).toBe(false);
});

it.each([
  [SILENT_MS, 'none'],
  [SILENT_MS + 1, 'hours'],
  [LOST_MS, 'hours'],
  [LOST_MS + 1, 'lost'],
])('after %i ms without a word it is silent: %s', (ms, silence) => {
  expect(one({ seen: NOW - ms })?.silence).toBe(silence);
});

it('one never heard of is silent since it was enrolled', () => {
  const { seen: _, ...f } = row('a', { enrolled: NOW - SILENT_MS - 1 }).f;
  expect(fleet([{ ...row('a'), f }], NOW).devices[0]).toMatchObject({ seen: null, silence: 'hours' });
});

it.each([
  [CLOCK_MS, null],
  [CLOCK_MS + 1, CLOCK_MS + 1],
  [-CLOCK_MS, null],
  [-CLOCK_MS - 1, -CLOCK_MS - 1],
  [undefined, null],
])('a clock off by %s', (offset, clockOff) => {
  expect(one(offset === undefined ? {} : { offset })?.clockOff).toBe(clockOff);
});

it('storage is unsafe only when the browser says so', () => {
  expect([one({})?.unsafe, one({ kept: true })?.unsafe, one({ kept: false })?.unsafe]).toEqual([false, false, true]);
});

it('a revoked device neither lags nor is silent, and keeps what waits on it', () => {
  const gone = one({ revoked: NOW - 1, app: 'old', seen: 1, waiting: 3 });
  expect(gone).toMatchObject({ revoked: NOW - 1, lags: false, silence: 'none', waiting: 3 });
});

it('who needs somebody comes first, revoked ones last, else by label', () => {
  const rows = [
    row('a revoked one', { revoked: 1, seen: 1 }),
    row('fine b'),
    row('fine a'),
    row('lags', { app: 'old' }),
    row('clock', { offset: CLOCK_MS + 1 }),
    row('silent', { seen: NOW - SILENT_MS - 1 }),
    row('lost', { seen: NOW - LOST_MS - 1 }),
    server,
  ];
  const order = ['lost', 'silent', 'clock', 'lags', 'fine a', 'fine b', 'a revoked one'];
  expect(fleet(rows, NOW).devices.map(({ id }) => id)).toEqual(order);
});

it('a tablet has its post, a phone its owner', () => {
  expect(one({ kind: 'kiosk', post: 'p', site: 's' })).toMatchObject({
    kind: 'kiosk',
    post: 'p',
    owner: null,
    site: 's',
  });
  expect(one({ owner: 'o' })).toMatchObject({ kind: 'personal', owner: 'o', post: null });
});

it('a release is what stands before the build', () => {
  expect([release('0.1.0+index-a.js'), release('0.1.0'), release('+x'), release(null)]).toEqual([
    '0.1.0',
    '0.1.0',
    null,
    null,
  ]);
});
