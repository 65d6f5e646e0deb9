/** What goes by itself (P13, P29): by anchored time, and never an act unsent. */

import { expect, it } from 'vitest';
import { DAY } from './entities.ts';
import { acted, arrival, drained, eventually, quiet, signedIn } from './testing/device.ts';
import { problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const HOUR = 3_600_000;

it('acts delivered seven days ago go with their private parts; those not delivered stay', async () => {
  const engine = await at.browser.open();
  const amy = await signedIn(engine, 'amy');
  await acted(engine, arrival('old'));
  await drained(engine);
  at.server.fault = { instead: ({ path }) => (path === '/api/sync/push' ? problem(503, 'busy') : undefined) };
  await acted(engine, arrival('unsent'));
  await quiet(engine);
  const db = await at.browser.person(amy);
  expect(await db.count('kept')).toBe(1);
  await quiet(engine);
  at.browser.pass(6 * DAY);
  at.browser.pass(HOUR);
  await quiet(engine);
  expect(await at.browser.ops()).toHaveLength(2);
  await quiet(engine);
  at.browser.pass(2 * DAY);
  await eventually(async () => expect(await at.browser.ops()).toHaveLength(1));
  expect((await at.browser.ops())[0]).toMatchObject({ open: 1, private: '{"name":"unsent"}' });
  await eventually(async () => expect(await db.count('kept')).toBe(0));
  // The chain goes on behind what was forgotten.
  at.server.fault = {};
  at.browser.wake();
  await drained(engine);
  expect(at.server.log).toHaveLength(2);
});

it('a database that nobody opened for seven days goes; the one in use stays [P13]', async () => {
  const engine = await at.browser.open();
  const amy = await signedIn(engine, 'amy');
  await drained(engine);
  const bob = await signedIn(engine, 'bob');
  await drained(engine);
  await quiet(engine);
  at.browser.pass(7 * DAY + HOUR);
  const left = async () => Object.keys(await at.browser.dump()).sort();
  await eventually(async () => expect(await left()).toEqual(['gatehouse', `gatehouse-${bob}`]));
  expect(await left()).not.toContain(`gatehouse-${amy}`);
});

it('a private part left in the outbox by a crash is put away later', async () => {
  const engine = await at.browser.open();
  const amy = await signedIn(engine, 'amy');
  await acted(engine, arrival('delivered'));
  await drained(engine);
  const device = await at.browser.core().store.device();
  const [op] = await at.browser.ops();
  if (op === undefined) throw new Error('no op');
  await device.put('ops', { ...op, private: '{"name":"delivered"}', salt: 'AA' });
  await quiet(engine);
  at.browser.pass(HOUR);
  await eventually(async () => expect((await at.browser.ops())[0]?.private).toBeUndefined());
  expect((await (await at.browser.person(amy)).get('kept', op.id))?.private).toBe('{"name":"delivered"}');
});
