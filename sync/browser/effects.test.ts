/** What a change would do (PROTOCOL 13.2): what is asked, what comes back. */

import { expect, it } from 'vitest';
import { drained, signedIn } from './testing/device.ts';
import { id, json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PATH = '/api/estate/effects';
const DEVICES = [{ id: id('phone'), label: 'phone', kind: 'personal', waiting: 1, rows: 7 }];

async function answered(answer: () => Response) {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  at.server.fault = { instead: (asked) => (asked.path === PATH ? answer() : undefined) };
  return engine;
}

it.each([
  { device: id('phone') },
  { person: id('bob'), team: id('night') },
  { person: id('bob'), leaves: true } as const,
])('asks what %j would do', async (planned) => {
  const engine = await answered(() => json({ devices: DEVICES, shifts: 2, more: 'of a later server' }));
  expect(await engine.effects(planned)).toEqual({ ok: { devices: DEVICES, shifts: 2 } });
  expect(at.server.frames(PATH)).toEqual([planned]);
});

it.each([
  ['no admin', () => problem(403, 'not_allowed'), 'not_allowed'],
  ['nobody there', () => problem(404, 'not_found'), 'not_found'],
  ['a portal', () => new Response('<html>'), 'not_json'],
  ['an answer that is none', () => json({ devices: 3, shifts: 1 }), 'not_json'],
])('says so of %s', async (_name, answer, code) => {
  const engine = await answered(answer);
  expect(await engine.effects({ device: id('phone') })).toMatchObject({ problem: { code } });
});

it('needs the network, and somebody signed in', async () => {
  const engine = await answered(() => json({ devices: [], shifts: 0 }));
  at.browser.online = false;
  expect(await engine.effects({ device: id('phone') })).toEqual({ problem: { code: 'unreachable' } });
  await engine.signOut();
  expect(await engine.effects({ device: id('phone') })).toEqual({ problem: { code: 'signed_out' } });
});
