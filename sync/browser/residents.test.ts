/** Who lives in a unit (PROTOCOL 13.1): asked of the server each time, and kept nowhere. */

import { expect, it } from 'vitest';
import { drained, signedIn } from './testing/device.ts';
import { id, json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const UNIT = id('unit');
const PATH = `/api/units/${UNIT}/residents`;
const FOUND = [{ id: id('resident'), kind: 'resident', f: { name: '卢先生', unit: UNIT } }];

async function answered(answer: () => Response) {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  at.server.fault = { instead: (asked) => (asked.path === PATH ? answer() : undefined) };
  return engine;
}

it('asks for the residents of one unit', async () => {
  const engine = await answered(() => json({ residents: FOUND }));
  expect(await engine.residents(UNIT)).toEqual({ ok: FOUND });
});

it.each([
  ['no admin', () => problem(403, 'not_allowed'), 'not_allowed'],
  ['a portal', () => new Response('<html>'), 'not_json'],
  ['an answer that is none', () => json({ residents: 'many' }), 'not_json'],
])('says so of %s', async (_name, answer, code) => {
  const engine = await answered(answer);
  expect(await engine.residents(UNIT)).toMatchObject({ problem: { code } });
});

it('needs the network, and somebody signed in', async () => {
  const engine = await answered(() => json({ residents: [] }));
  at.browser.online = false;
  expect(await engine.residents(UNIT)).toEqual({ problem: { code: 'unreachable' } });
  await engine.signOut();
  expect(await engine.residents(UNIT)).toEqual({ problem: { code: 'signed_out' } });
});
