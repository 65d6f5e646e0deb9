/** The live socket (PROTOCOL §11): a hint, heard or not. */

import { describe, expect, it } from 'vitest';
import type { Engine } from './api.ts';
import {
  acted,
  arrival,
  drained,
  eventually,
  type OpenSocket,
  POST,
  quiet,
  SITE,
  signedIn,
  until,
  watched,
} from './testing/device.ts';
import { id } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const pulls = () => at.server.frames('/api/sync/pull').length;

async function live(heads: unknown = {}, meanwhile = () => {}): Promise<{ engine: Engine; socket: OpenSocket }> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  const socket = await latest();
  socket.events.open();
  const hello = JSON.parse(socket.sent[0] ?? '{}');
  expect(hello).toMatchObject({ device: expect.stringMatching(/^token /), session: expect.any(String) });
  meanwhile();
  socket.events.message(JSON.stringify({ ready: hello.grants, heads }));
  return { engine, socket };
}

function latest(): Promise<OpenSocket> {
  return eventually(() => {
    const socket = at.browser.sockets.findLast((one) => !one.closed);
    if (socket === undefined) throw new Error('no socket');
    return socket;
  });
}

function put(name: string): void {
  const f = { site: SITE, post: POST, category: 'courier', name, arrived: at.server.now };
  at.server.put({ at: at.server.now, by: id('carl'), f, id: id(name), kind: 'visit', ver: id(`${name} 1`) });
}

const visits = (engine: Engine, limit = 9) =>
  engine.watch(['visit'], (view) => view.list('visit', { prefix: [SITE], limit }));

describe('a poke', () => {
  it('makes the device pull [P24]', async () => {
    const { engine, socket } = await live();
    put('one');
    socket.events.message(JSON.stringify({ poke: { [`site:${SITE}`]: 1 } }));
    await watched(visits(engine), (rows) => rows.length === 1);
  });

  it('with a page needs no pull while nothing is replayed', async () => {
    const { engine, socket } = await live();
    put('one');
    const before = pulls();
    socket.events.message(JSON.stringify({ page: at.server.page(`site:${SITE}`, 0) }));
    await watched(visits(engine), (rows) => rows.length === 1);
    expect(pulls()).toBe(before);
  });

  it('with a page is only a poke while own acts are replayed, or when it does not follow [P24]', async () => {
    const { engine, socket } = await live();
    at.server.decide = () => ({ d: 'parked', code: 'entity_unknown' });
    await acted(engine, arrival('held'));
    await drained(engine);
    put('one');
    let before = pulls();
    socket.events.message(JSON.stringify({ page: at.server.page(`site:${SITE}`, 0) }));
    await eventually(() => expect(pulls()).toBeGreaterThan(before));
    await watched(visits(engine), (rows) => rows.length === 2);
    put('two');
    before = pulls();
    socket.events.message(JSON.stringify({ page: { ...at.server.page(`site:${SITE}`, 0), after: 77 } }));
    await eventually(() => expect(pulls()).toBeGreaterThan(before));
  });

  it('that is lost costs time alone: of every three the third never comes [T35][P24]', async () => {
    const { engine, socket } = await live();
    // It stays open: only looking by itself brings what was lost.
    const push = socket.sent.push.bind(socket.sent);
    socket.sent.push = (text) => {
      if (text === '"ping"') socket.events.message('"pong"');
      return push(text);
    };
    for (let i = 1; i <= 12; i += 1) {
      put(`visitor ${i}`);
      if (i % 3 > 0) socket.events.message(JSON.stringify({ poke: { [`site:${SITE}`]: i } }));
      await quiet(engine);
    }
    // The last one was lost: it is not here, and nothing says that it is there.
    expect(await watched(visits(engine, 20), (rows) => rows.length > 10)).toHaveLength(11);
    await at.browser.passing(() => watched(visits(engine, 20), (rows) => rows.length === 12));
    expect(socket.closed).toBe(false);
  });

  it('that is lost costs no row: of twelve every third never comes [T35]', async () => {
    const { engine, socket } = await live();
    for (let i = 0; i < 12; i += 1) {
      put(`visitor ${i}`);
      const page = at.server.page(`site:${SITE}`, i);
      if (i % 3 !== 1) socket.events.message(JSON.stringify({ page }));
      await quiet(engine);
    }
    await watched(visits(engine, 20), (rows) => rows.length === 12);
  });

  it('with a page of a scope that is not granted changes nothing [P24]', async () => {
    const { engine, socket } = await live();
    put('one');
    const page = { ...at.server.page(`site:${SITE}`, 0), scope: 'site:elsewhere' };
    socket.events.message(JSON.stringify({ page }));
    await watched(visits(engine), (rows) => rows.length === 1);
    const db = await at.browser.person(engine.who.value?.person ?? '');
    expect(await db.get('cursors', 'site:elsewhere')).toBeUndefined();
    expect((await db.get('rows', id('one')))?.scopes).toEqual([`site:${SITE}`]);
  });

  it.each(['not json', '[]', 'null', '{"poke":1}', '"pong"'])('of nonsense (%s) breaks nothing', async (text) => {
    const { engine, socket } = await live();
    socket.events.message(text);
    put('one');
    socket.events.message(JSON.stringify({ poke: {} }));
    await watched(visits(engine), (rows) => rows.length === 1);
  });
});

describe('a socket', () => {
  it.each([{ [`site:${SITE}`]: 1 }, null, 7])(
    'that opens above what is held (%j) makes the device pull',
    async (heads) => {
      const { engine } = await live(heads, () => put('meanwhile'));
      await watched(visits(engine), (rows) => rows.length === 1);
    },
  );

  it('that opens at what is held pulls nothing', async () => {
    const { engine } = await live({ [`site:${SITE}`]: 0, [`person:${id('amy')}`]: 0 });
    const before = pulls();
    await quiet(engine);
    expect(pulls()).toBe(before);
  });

  it('is pinged every 20 s, and replaced after 45 s of silence [T35]', async () => {
    const { socket } = await live();
    at.browser.pass(20_000);
    expect(socket.sent.slice(1)).toEqual(['"ping"']);
    socket.events.message('"pong"');
    at.browser.pass(20_000);
    expect(socket.closed).toBe(false);
    at.browser.pass(20_000);
    at.browser.pass(20_000);
    expect(socket.closed).toBe(true);
    await at.browser.passing(() => eventually(() => expect(at.browser.sockets.length).toBeGreaterThan(1)));
  });

  it('is given up with the line, and another opened when it is back', async () => {
    const { socket } = await live();
    at.browser.online = false;
    at.browser.wake();
    expect(socket.closed).toBe(true);
    const opened = at.browser.sockets.length;
    at.browser.online = true;
    at.browser.wake();
    await eventually(() => expect(at.browser.sockets.length).toBeGreaterThan(opened));
  });

  it('that closes is replaced after two seconds', async () => {
    const { socket } = await live();
    const opened = at.browser.sockets.length;
    socket.events.close(1006);
    at.browser.pass(2_000);
    await eventually(() => expect(at.browser.sockets.length).toBeGreaterThan(opened));
  });

  it('closed for changed grants pulls first, then opens under the new ones [P24]', async () => {
    const { socket } = await live();
    const before = JSON.parse(socket.sent[0] ?? '{}').grants;
    at.server.people.get('amy')?.scopes.push('team:x');
    socket.events.close(4409);
    const next = await at.browser.passing(() =>
      eventually(async () => {
        const found = await latest();
        expect(found).not.toBe(socket);
        return found;
      }),
    );
    next.events.open();
    expect(JSON.parse(next.sent[0] ?? '{}').grants).not.toBe(before);
  });

  it('that is refused again and again is tried ever more seldom [T38]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    await drained(engine);
    for (let second = 0; second < 120; second += 1) {
      for (const socket of at.browser.sockets.filter((one) => !one.closed)) socket.events.close(1006);
      at.browser.pass(1_000);
      await quiet(engine);
    }
    expect(at.browser.sockets.length).toBeGreaterThan(3);
    expect(at.browser.sockets.length).toBeLessThan(16);
  });

  it('of one person is closed before the next one is there', async () => {
    const { engine, socket } = await live();
    await signedIn(engine, 'bob');
    expect(socket.closed).toBe(true);
    await until(engine, (status) => status.syncedAt !== null);
    const next = await latest();
    next.events.open();
    expect(JSON.parse(next.sent[0] ?? '{}').session).not.toBe(JSON.parse(socket.sent[0] ?? '{}').session);
  });
});
