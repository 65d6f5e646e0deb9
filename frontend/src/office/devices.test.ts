import type { Json } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import type { Shift } from '../ui/shifts.ts';
import {
  appParts,
  buildsOf,
  byTrouble,
  CLOCK_OFF,
  deviceOf,
  dutyOf,
  type Fleet,
  LONG_SILENT,
  newestOf,
  SILENT,
  troublesOf,
} from './devices.ts';

const NOW = 1_800_000_000_000;
const APP = '0.2.0+new';
const FLEET: Fleet = { now: NOW, newest: APP, onDuty: ({ kind }) => kind === 'kiosk' };

/** A device with nothing wrong, but for what is said. */
function device(id: string, f: Record<string, Json> = {}) {
  const well = { device: id, kind: 'personal', label: id, enrolled: 5, seen: NOW, app: APP, waiting: 0, kept: true };
  return deviceOf({ id: `row-${id}`, kind: 'device', at: 5, by: id, f: { ...well, ...f }, ver: 'v', n: 1 });
}

test.each<[string, Record<string, Json>, string[]]>([
  ['nothing', {}, []],
  ['silent for a week', { seen: NOW - LONG_SILENT }, []],
  ['silent for longer', { seen: NOW - LONG_SILENT - 1 }, ['lost']],
  ['a post’s tablet silent for two hours', { kind: 'kiosk', seen: NOW - SILENT }, []],
  ['a post’s tablet silent for longer', { kind: 'kiosk', seen: NOW - SILENT - 1 }, ['silent']],
  ['a lost tablet is said to be lost once', { kind: 'kiosk', seen: NOW - LONG_SILENT - 1 }, ['lost']],
  ['a phone silent for longer, off duty', { seen: NOW - SILENT - 1 }, []],
  ['one act waiting', { waiting: 1 }, ['waiting']],
  ['a clock two minutes slow', { offset: CLOCK_OFF }, []],
  ['a clock slower', { offset: CLOCK_OFF + 1 }, ['clock']],
  ['a clock ahead', { offset: -CLOCK_OFF - 1 }, ['clock']],
  ['another build', { app: '0.1.0+old' }, ['old_app']],
  ['storage not promised', { kept: false }, ['storage']],
  [
    'all of it',
    { seen: 1, waiting: 2, offset: 9e9, app: 'x', kept: false },
    ['lost', 'waiting', 'clock', 'old_app', 'storage'],
  ],
  ['out of use', { seen: 1, waiting: 2, revoked: 7 }, []],
])('%s', (_name, f, troubles) => {
  expect(troublesOf(device('a', f), FLEET)).toEqual(troubles);
});

test('one enrolled before devices told of themselves is as silent as its enrolment is old', () => {
  const bare = (enrolled: number) =>
    deviceOf({
      id: 'r',
      kind: 'device',
      at: 1,
      by: 'd',
      f: { device: 'd', kind: 'personal', enrolled },
      ver: 'v',
      n: 1,
    });
  expect(troublesOf(bare(NOW - LONG_SILENT - 1), FLEET)).toEqual(['lost']);
  expect(troublesOf(bare(NOW - 1), FLEET)).toEqual([]);
});

test('the worst is on top, then what has most wrong, then the longest silent', () => {
  const devices = [
    device('well'),
    device('waits', { waiting: 1, seen: NOW - 1 }),
    device('both', { waiting: 1, app: 'old' }),
    device('older', { waiting: 1, seen: NOW - 2 }),
    device('lost', { seen: 1 }),
  ];
  expect(byTrouble(devices, FLEET).map((one) => one.device.id)).toEqual(['lost', 'both', 'older', 'waits', 'well']);
});

test('a tablet is always on duty, a phone while its owner’s shift runs', () => {
  const shift = (person: string, start: number, end: number) => ({ person, start, end }) as Shift;
  const onDuty = dutyOf([shift('zhao', NOW, NOW + 1), shift('qian', NOW - 1, NOW)], NOW);
  expect(onDuty(device('a', { owner: 'zhao' }))).toBe(true);
  expect(onDuty(device('b', { owner: 'qian' }))).toBe(false);
  expect(onDuty(device('c'))).toBe(false);
  expect(onDuty(device('d', { kind: 'kiosk', post: 'gate' }))).toBe(true);
});

test('builds: the newest first though nobody has it, out of use and the server not counted', () => {
  const devices = [
    device('server', { kind: 'server' }),
    device('a', { app: 'old' }),
    device('b', { app: 'old' }),
    device('c', { app: 'older' }),
    device('d', { app: 'older', revoked: 1 }),
  ];
  expect(newestOf(devices)).toBe(APP);
  expect(buildsOf(devices, APP).map(({ app, newest, devices: found }) => [app, newest, found.length])).toEqual([
    [APP, true, 0],
    ['old', false, 2],
    ['older', false, 1],
  ]);
  expect(buildsOf([], undefined)).toEqual([]);
  expect(troublesOf(device('a', { app: 'old' }), { ...FLEET, newest: undefined })).toEqual([]);
});

test('an app’s release and build', () => {
  expect(appParts('0.2.0+index-Bx81kd')).toEqual({ release: '0.2.0', build: 'Bx81kd' });
  expect(appParts('dev')).toEqual({ release: 'dev', build: '' });
});
