/** A post's tablet with nobody signed in (P10, P12): it shows names and shifts, and records for whoever picks themselves. */

import { expect, it } from 'vitest';
import type { Engine } from './api.ts';
import { DAY } from './entities.ts';
import {
  acted,
  arrival,
  drained,
  eventually,
  exchanged,
  POST,
  quiet,
  SITE,
  signedIn,
  watched,
} from './testing/device.ts';
import { id } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const KIM = id('kim');

const punch = (more = {}) => ({ kind: 'punch.record', values: { direction: 'in', site: SITE, post: POST, ...more } });
const badges = (engine: Engine) => engine.watchPost(['badge'], (view) => view.all('badge'));

/** A name that may be picked at the post. */
function badge(name: string, until = at.server.now + DAY) {
  const f = { name, person: id(name), post: POST, until };
  return { at: 1, by: id('boss'), f, id: id(`badge ${name}`), kind: 'badge', ver: id(`badge ${name}`) };
}

/** A tablet that amy enrolled, that became the kiosk of its post, and that nobody is signed in on. */
async function kiosk(): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  at.server.put(badge('kim'));
  at.server.makeKiosk(engine.who.value?.device ?? '', POST);
  await engine.signOut();
  await drained(engine);
  await watched(engine.kiosk, (now) => now !== null);
  return engine;
}

it('learns from its own scope what it is, and knows it after a restart with no network', async () => {
  const engine = await kiosk();
  const told = {
    post: POST,
    name: 'East gate',
    site: SITE,
    siteName: 'Lake',
    zone: 'Asia/Shanghai',
    label: 'East tablet',
  };
  expect(engine.kiosk.value).toEqual(told);
  expect(await watched(badges(engine), (rows) => rows.length === 1)).toMatchObject([{ f: { name: 'kim' } }]);
  await engine.close();
  at.browser.online = false;
  const again = await at.browser.open();
  expect(again.kiosk.value).toEqual(told);
  expect(await watched(badges(again), (rows) => rows.length === 1)).toMatchObject([{ f: { name: 'kim' } }]);
});

it('records for somebody who has not signed in, offline, and sends it once', async () => {
  const engine = await kiosk();
  at.browser.online = false;
  expect(await engine.actFor(KIM, punch())).toHaveProperty('ok');
  const made = engine.watchPost(['punch'], (view) => view.all('punch'));
  expect(await watched(made, (rows) => rows.length === 1)).toMatchObject([{ by: KIM, f: { direction: 'in' } }]);
  await engine.close();
  const again = await at.browser.open();
  at.browser.online = true;
  await exchanged(again);
  await drained(again);
  const heads = at.server
    .frames('/api/sync/push')
    .flatMap((frame) => frame.ops.map((op: { head: string }) => JSON.parse(op.head)));
  expect(heads.filter((head) => head.kind === 'punch.record')).toMatchObject([{ actor: KIM, auth: 'none' }]);
});

it('asks for a sign-in for any other kind, any other post, and on any other device [P10]', async () => {
  const engine = await kiosk();
  const refused = { problem: { code: 'sign_in_needed' } };
  expect(await engine.actFor(KIM, arrival('x'))).toEqual(refused);
  expect(await engine.actFor(KIM, punch({ post: id('other post') }))).toEqual(refused);
  expect(await engine.actFor(KIM, { kind: 'session.end' })).toEqual(refused);
  expect(await engine.actFor(id('a stranger'), punch())).toEqual(refused);
  at.server.makeKiosk(
    (
      (await at.browser
        .core()
        .store.device()
        .then((db) => db.get('meta', 'identity'))) as { device: string }
    ).device,
    null,
  );
  engine.syncNow();
  await watched(engine.kiosk, (now) => now === null);
  expect(await engine.actFor(KIM, punch())).toEqual(refused);
  expect(await badgesOnDisk()).toBe(0);
});

it('holds no row of anybody who was signed in on it before', async () => {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await acted(engine, arrival('amys visitor'));
  await drained(engine);
  at.server.makeKiosk(engine.who.value?.device ?? '', POST);
  await engine.signOut();
  await drained(engine);
  const seen = engine.watchPost(['visit', 'badge'], async (view) => [...(await view.all('visit')), ...view.ownActs()]);
  expect(await watched(seen, () => true)).toEqual([]);
});

it('forgets after an hour who was signed in on it, once their acts have arrived', async () => {
  const engine = await kiosk();
  const amy = id('amy');
  const kept = async () => Object.keys(await at.browser.dump()).includes(`gatehouse-${amy}`);
  expect(await kept()).toBe(true);
  await quiet(engine);
  at.browser.pass(3_500_000);
  await quiet(engine);
  expect(await kept()).toBe(true);
  at.browser.pass(3_600_000);
  await eventually(async () => expect(await kept()).toBe(false));
});

it('lets names go when their time is over', async () => {
  const engine = await kiosk();
  at.server.put(badge('lee', at.server.now - DAY));
  await drained(engine);
  expect(await badgesOnDisk()).toBe(2);
  await quiet(engine);
  at.browser.pass(2 * DAY);
  await eventually(async () => expect(await badgesOnDisk()).toBe(1));
});

async function badgesOnDisk(): Promise<number> {
  const rows = await (await at.browser.core().store.device()).getAll('rows');
  return rows.filter(({ body }) => body.kind === 'badge').length;
}
