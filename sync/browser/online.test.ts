/** Questions that only the server answers: as whom they are asked, what comes back, and that nothing of it is kept. */

import { expect, it } from 'vitest';
import { drained, signedIn } from './testing/device.ts';
import { id, json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PATH = '/api/robots';
const SECRET = 'SECd0f9b2c71e';
const read = ({ name }: Readonly<Record<string, unknown>>) => (typeof name === 'string' ? name : undefined);

async function engineOf() {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  return engine;
}

function answers(answer: () => Response): void {
  at.server.fault = { instead: (asked) => (asked.path === PATH ? answer() : undefined) };
}

it.each([
  ['a question', null, 'GET', undefined],
  ['an order', { secret: SECRET }, 'POST', JSON.stringify({ secret: SECRET })],
])('%s goes out as the person signed in, and is not kept', async (_name, body, method, sent) => {
  const engine = await engineOf();
  const seen: RequestInit[] = [];
  const { fetch } = at.server;
  at.server.fetch = async (path, init) => {
    if (path === PATH) seen.push(init);
    return fetch.call(at.server, path, init);
  };
  answers(() => json({ name: 'here', secret: SECRET }, 201));
  expect(await engine.online(PATH, body, read)).toEqual({ ok: 'here' });
  expect(seen).toHaveLength(1);
  expect(seen[0]?.method).toBe(method);
  expect(seen[0]?.body ?? undefined).toBe(sent);
  const headers = new Headers(seen[0]?.headers);
  expect(headers.get('X-Gatehouse-Device')).toMatch(/^token /);
  expect(headers.get('Authorization')).toBe(`Bearer session ${id('amy')}`);
  expect(JSON.stringify(await at.browser.dump())).not.toContain(SECRET);
});

it.each([
  ['a refusal', () => problem(409, 'robot_known'), 'robot_known'],
  ['a busy server', () => problem(429, 'too_many_requests'), 'busy'],
  ['a portal', () => new Response('<html>'), 'not_json'],
  ['an answer that is none', () => json({ name: 1 }), 'not_json'],
])('says so of %s', async (_name, answer, code) => {
  const engine = await engineOf();
  answers(answer);
  expect(await engine.online(PATH, null, read)).toMatchObject({ problem: { code } });
});

it('needs somebody signed in, and the network', async () => {
  const engine = await engineOf();
  at.browser.online = false;
  expect(await engine.online(PATH, null, read)).toEqual({ problem: { code: 'unreachable' } });
  await engine.signOut();
  expect(await engine.online(PATH, null, read)).toEqual({ problem: { code: 'signed_out' } });
});
