/** Apps and servers of several versions: what a device says of itself, too old an app, acts of other versions (2.7, 6.8, 8.10). */

import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from './api.ts';
import catalogue from './entities.json' with { type: 'json' };
import { declare } from './entities.ts';
import { acted, arrival, drained, eventually, exchanged, OPTIONS, signedIn, until, watched } from './testing/device.ts';
import { json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PUSH = '/api/sync/push';
const PULL = '/api/sync/pull';
const SERVER = '/api/sync/server';

async function enrolled(): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  return engine;
}

const visits = (engine: Engine) => engine.watch(['visit'], (view) => view.all('visit'));

it('every exchange says which app this is, what its clock shows, and whether its storage is kept', async () => {
  at.browser.skew = -7_200_000;
  const engine = await enrolled();
  await acted(engine, arrival('one'));
  await drained(engine);
  const about = { app: OPTIONS.app, protocol: 1, wall: at.server.now - 7_200_000, kept: false };
  for (const path of [PUSH, PULL]) expect(at.server.frames(path).at(-1)?.about).toEqual(about);
});

it('a browser that will not say whether it keeps its storage holds up no exchange', async () => {
  const persisted = () => Promise.reject(new Error('not here'));
  const core = at.browser.core({ storage: { persisted, persist: persisted } });
  const { about } = await import('./about.ts');
  expect((await about(core)).kept).toBe(false);
});

describe('an app too old for its server', () => {
  it.each([PUSH, PULL])(
    'says so after %s, keeps its acts, and sends them once it is served again [T27]',
    async (path) => {
      const engine = await enrolled();
      at.server.fault = { instead: (request) => (request.path === path ? problem(426, 'app_too_old') : undefined) };
      await acted(engine, arrival('kept'));
      await exchanged(engine);
      await until(engine, (status) => status.trouble === 'old_app');
      if (path === PUSH) expect((await at.browser.ops()).map((op) => op.open)).toEqual([1]);
      await acted(engine, arrival('and so is this'));
      await at.browser.shut();
      at.server.fault = {};
      await drained(await at.browser.open());
      expect(at.server.log).toHaveLength(2);
    },
  );

  it('hears it before it asks for a token', async () => {
    const engine = await at.browser.open();
    at.server.rewrite = async (path, response) =>
      path === SERVER ? json({ ...(await response.json()), protocol: 9, oldest: 6 }) : response;
    expect(await engine.signIn('amy', 'a password')).toEqual({ problem: { code: 'old_app' } });
  });
});

it.each([
  ['of its own version alone', {}],
  ['three versions ahead', { protocol: 4, oldest: 1 }],
])('a server %s is spoken to', async (_name, spoken) => {
  at.server.rewrite = async (path, response) =>
    path === SERVER ? json({ ...(await response.json()), ...spoken }) : response;
  await enrolled();
});

describe('an own act of another version', () => {
  const first = catalogue.kinds['visit.amend'];
  const release = (kind: object) => declare({ kinds: { 'visit.amend': kind } });
  afterEach(() => release(first));

  async function written(): Promise<void> {
    const engine = await enrolled();
    at.browser.online = false;
    const { entity } = await acted(engine, arrival('guest'));
    await acted(engine, { kind: 'visit.amend', entity, values: { unit: '7' }, private: { host: 'aunt' } });
    await at.browser.shut();
  }

  const seen = async () => (await watched(visits(await at.browser.open()), (rows) => rows.length === 1))[0]?.f;

  it('an older app’s is shown as it reads now [T27]', async () => {
    await written();
    const upcasts = [{ rename: { unit: 'pass_no', host: 'purpose' } }];
    release({ ...first, version: 2, upcasts });
    const fields = await seen();
    expect(fields).toMatchObject({ pass_no: '7', purpose: 'aunt', name: 'guest' });
    expect(fields).not.toHaveProperty('unit');
  });

  it('a newer app’s waits unseen after a step back, and is sent [T27]', async () => {
    release({ ...first, version: 2, upcasts: [{}] });
    await written();
    release(first);
    expect(await seen()).not.toHaveProperty('unit');
    at.browser.online = true;
    const engine = await at.browser.open();
    await drained(engine);
    await eventually(() => expect(at.server.log).toHaveLength(2));
  });
});
