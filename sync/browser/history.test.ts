/** A record's history, asked of the server (PROTOCOL §12): what comes back is an answer, or a problem in words. */

import { describe, expect, it } from 'vitest';
import { drained, exchanged, signedIn, watched } from './testing/device.ts';
import { id, json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const VISIT = id('visit');
const PATH = `/api/sync/history/${VISIT}`;
const ENTRY = {
  op: id('op'),
  kind: 'visit.arrive',
  actor: id('amy'),
  device: id('device'),
  label: 'East tablet',
  at: 1,
  received: 2,
  d: 'applied',
  touched: ['unit'],
  values: { unit: '1' },
  lost: [],
  later: [],
};

/** The server answers the question about the visit so; everything else as it does. */
function answers(answer: () => Response): void {
  at.server.fault = { instead: ({ path }) => (path === PATH ? answer() : undefined) };
}

async function engineOf(login = 'amy') {
  const engine = await at.browser.open();
  await signedIn(engine, login);
  await drained(engine);
  return engine;
}

const asked = () => at.server.requests.filter(({ path }) => path === PATH).length;

describe('a history', () => {
  it('comes with its entries and the names of the people in them', async () => {
    const engine = await engineOf();
    answers(() => json({ entries: [ENTRY], names: { [id('amy')]: 'Amy' } }));
    expect(await engine.history(VISIT)).toEqual({ ok: { entries: [ENTRY], names: { [id('amy')]: 'Amy' } } });
  });

  it('is asked for once, by the device and the person', async () => {
    const engine = await engineOf();
    const headers: Headers[] = [];
    const { fetch } = at.server;
    at.server.fetch = async (path, init) => {
      if (path === PATH) headers.push(new Headers(init.headers));
      return fetch.call(at.server, path, init);
    };
    answers(() => json({ entries: [], names: {} }));
    await engine.history(VISIT);
    expect(headers).toHaveLength(1);
    expect(headers[0]?.get('X-Gatehouse-Device')).toMatch(/^token /);
    expect(headers[0]?.get('Authorization')).toBe(`Bearer session ${id('amy')}`);
  });

  it('without names has none', async () => {
    const engine = await engineOf();
    answers(() => json({ entries: [] }));
    expect(await engine.history(VISIT)).toEqual({ ok: { entries: [], names: {} } });
  });

  it('is for somebody who is signed in: nobody else asks', async () => {
    const engine = await at.browser.open();
    await watched(engine.who, () => true);
    expect(await engine.history(VISIT)).toEqual({ problem: { code: 'signed_out' } });
    const amys = await engineOf();
    await amys.signOut();
    expect(await amys.history(VISIT)).toEqual({ problem: { code: 'signed_out' } });
    expect(asked()).toBe(0);
  });

  it('is not asked for in a session that was ended elsewhere', async () => {
    const engine = await engineOf();
    at.server.sessionsEnded = true;
    await exchanged(engine);
    expect(await engine.history(VISIT)).toEqual({ problem: { code: 'signed_out' } });
    expect(asked()).toBe(0);
  });

  it('needs the network', async () => {
    const engine = await engineOf();
    at.browser.online = false;
    expect(await engine.history(VISIT)).toEqual({ problem: { code: 'unreachable' } });
    at.browser.online = true;
    answers(() => json({ entries: [], names: {} }));
    expect(await engine.history(VISIT)).toHaveProperty('ok');
  });

  it.each([
    ['a portal’s page', () => new Response('<html>'), { code: 'not_json' }],
    ['an answer that is none of ours', () => json({ hello: 'there' }), { code: 'not_json' }],
    ['entries that are no list', () => json({ entries: 'all', names: {} }), { code: 'not_json' }],
    ['a record that is not there or not theirs', () => problem(404, 'not_found'), { code: 'not_found' }],
    ['a session the server ended', () => problem(401, 'session_ended'), { code: 'session_ended' }],
    ['a server in trouble', () => problem(500, 'fault'), { code: 'unreachable' }],
    ['a server that is busy', () => problem(503, 'busy'), { code: 'busy' }],
  ])('met by %s is a problem', async (_name, answer, expected) => {
    const engine = await engineOf();
    answers(answer);
    expect(await engine.history(VISIT)).toEqual({ problem: expected });
  });

  it('of a device that the server does not take is a problem, not a fault', async () => {
    await engineOf();
    const fresh = await at.browser.open();
    await watched(fresh.who, (who) => who !== null);
    at.server.fault = {
      instead: ({ path }) => (path === '/api/devices/token' ? problem(401, 'unknown_device') : undefined),
    };
    expect(await fresh.history(VISIT)).toEqual({ problem: { code: 'unknown_device' } });
  });

  it('leaves nothing on the device', async () => {
    const engine = await engineOf();
    answers(() => json({ entries: [{ ...ENTRY, values: { unit: 'a secret unit' } }], names: {} }));
    await engine.history(VISIT);
    expect(JSON.stringify(await at.browser.dump())).not.toContain('a secret unit');
  });
});
