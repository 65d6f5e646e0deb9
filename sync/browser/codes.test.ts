/** One-time codes (PROTOCOL 4.7, 4.8): what is asked, what comes back, and that nothing of it stays on the device. */

import { describe, expect, it } from 'vitest';
import { drained, signedIn } from './testing/device.ts';
import { id, json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PASSWORD = '/api/auth/password';
const MAKE = `/api/people/${id('bob')}/code`;
const GIVEN = { login: 'amy', code: 'ACDE-FGHJ-KMNP', password: 'a new password' };

function answers(path: string, answer: () => Response): void {
  at.server.fault = { instead: (asked) => (asked.path === path ? answer() : undefined) };
}

describe('setting a password', () => {
  it('needs no enrolment, tells the org, and keeps nothing', async () => {
    const engine = await at.browser.open();
    answers(PASSWORD, () => json({ org: at.server.org, person: id('amy') }));
    expect(await engine.setPassword(GIVEN)).toEqual({ ok: { org: at.server.org } });
    expect(at.server.frames(PASSWORD)).toEqual([GIVEN]);
    const held = JSON.stringify(await at.browser.dump());
    expect(held).not.toContain(GIVEN.code);
    expect(held).not.toContain(GIVEN.password);
    expect(engine.who.value ?? null).toBeNull();
  });

  it.each([
    ['a wrong code', () => problem(401, 'code_wrong'), { code: 'code_wrong' }],
    ['a weak password', () => problem(400, 'code_weak_password'), { code: 'code_weak_password' }],
    ['too many tries', () => problem(429, 'sign_in_throttled'), { code: 'busy' }],
    ['a portal', () => new Response('<html>'), { code: 'not_json' }],
    ['an answer that is none', () => json({}), { code: 'not_json' }],
  ])('says so of %s', async (_name, answer, expected) => {
    const engine = await at.browser.open();
    answers(PASSWORD, answer);
    expect(await engine.setPassword(GIVEN)).toMatchObject({ problem: expected });
  });

  it('needs the network', async () => {
    const engine = await at.browser.open();
    at.browser.online = false;
    expect(await engine.setPassword(GIVEN)).toEqual({ problem: { code: 'unreachable' } });
  });
});

describe('making a code', () => {
  async function engineOf(login = 'amy') {
    const engine = await at.browser.open();
    await signedIn(engine, login);
    await drained(engine);
    return engine;
  }

  it('is asked as the person signed in, and the code is not kept', async () => {
    const engine = await engineOf();
    const headers: Headers[] = [];
    const { fetch } = at.server;
    at.server.fetch = async (path, init) => {
      if (path === MAKE) headers.push(new Headers(init.headers));
      return fetch.call(at.server, path, init);
    };
    answers(MAKE, () => json({ code: GIVEN.code, expires: 5 }, 201));
    expect(await engine.makeCode(id('bob'))).toEqual({ ok: { code: GIVEN.code, expires: 5 } });
    expect(headers).toHaveLength(1);
    expect(headers[0]?.get('X-Gatehouse-Device')).toMatch(/^token /);
    expect(headers[0]?.get('Authorization')).toBe(`Bearer session ${id('amy')}`);
    expect(JSON.stringify(await at.browser.dump())).not.toContain(GIVEN.code);
  });

  it.each([
    ['not one’s to make', () => problem(403, 'not_allowed'), 'not_allowed'],
    ['nobody there', () => problem(404, 'not_found'), 'not_found'],
    ['a portal', () => new Response('<html>'), 'not_json'],
    ['an answer that is none', () => json({ code: 1 }, 201), 'not_json'],
  ])('says so of %s', async (_name, answer, code) => {
    const engine = await engineOf();
    answers(MAKE, answer);
    expect(await engine.makeCode(id('bob'))).toMatchObject({ problem: { code } });
  });

  it('needs somebody signed in, and the network', async () => {
    const engine = await engineOf();
    at.browser.online = false;
    expect(await engine.makeCode(id('bob'))).toEqual({ problem: { code: 'unreachable' } });
    await engine.signOut();
    expect(await engine.makeCode(id('bob'))).toEqual({ problem: { code: 'signed_out' } });
  });
});
