/** What comes down (PROTOCOL §8): no page out of turn, no row twice on the screen, nothing beyond the grants. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Engine, Row } from './api.ts';
import type { Body } from './apply.ts';
import { weight } from './digest.ts';
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
  until,
  watched,
} from './testing/device.ts';
import { id, json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
afterEach(() => vi.restoreAllMocks());

const PULL = '/api/sync/pull';

function visit(name: string, more: Partial<Body> = {}, fields: Body['f'] = {}): Body {
  const f = { site: SITE, post: POST, category: 'courier', name, arrived: at.server.now, ...fields };
  return { at: at.server.now, by: id('carl'), f, id: id(name), kind: 'visit', ver: id(`${name} 1`), ...more };
}

function visits(engine: Engine) {
  return engine.watch(['visit'], (view) => view.list('visit', { prefix: [SITE], limit: 50 }));
}

const names = (rows: readonly Row[]) => rows.map((row) => row.f['name']).sort();

async function open(): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  return engine;
}

describe('pages', () => {
  it('that do not begin at the cursor are left alone [P21]', async () => {
    const engine = await open();
    at.server.put(visit('one'));
    await drained(engine);
    const stale = at.server.page(`site:${SITE}`, 0);
    at.server.put(visit('two'));
    at.server.put(visit('three'));
    const ahead = at.server.page(`site:${SITE}`, 2);
    at.server.fault = { after: (request) => (request.path === PULL ? tampered([stale, ahead]) : undefined) };
    await drained(engine);
    expect(names(await watched(visits(engine), () => true))).toEqual(['one']);
    at.server.fault = {};
    await drained(engine);
    expect(names(await watched(visits(engine), (rows) => rows.length === 3))).toEqual(['one', 'three', 'two']);
  });

  function tampered(pages: unknown[]): Response {
    const chain = [...at.server.chains.keys()].at(-1);
    const stamp = { epoch: 'e1', hash: 'ab'.repeat(32), n: 1, org: at.server.org, sig: 'AA' };
    const grants = { version: 'v', scopes: [`site:${SITE}`] };
    const heads = { [`site:${SITE}`]: 99 };
    const ack = { chain, n: 0 };
    const empty = { delete: [], drop: [], reset: [], keys: {} };
    return json({
      ack,
      anchor: `${at.server.now}.n.s`,
      epoch: 'e1',
      grants,
      heads,
      more: false,
      pages,
      stamp,
      ...empty,
    });
  }

  it('are whole or not at all: rows never without their cursor [T2][P21]', async () => {
    const engine = await open();
    const person = engine.who.value?.person ?? '';
    const put = IDBObjectStore.prototype.put;
    let dying = true;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      const cursor = this.name === 'cursors' && (value as { scope: string }).scope.startsWith('site:');
      if (cursor && dying) throw new Error('the tab died');
      return key === undefined ? put.call(this, value) : put.call(this, value, key);
    });
    at.server.put(visit('one'));
    engine.syncNow();
    await eventually(() => expect(at.browser.reports).not.toEqual([]));
    await quiet(engine);
    expect(await (await at.browser.person(person)).get('rows', id('one'))).toBeUndefined();
    dying = false;
    at.browser.reports.length = 0;
    await drained(engine);
    expect(await (await at.browser.person(person)).get('rows', id('one'))).toBeDefined();
  });

  it('of one row each lead to the same rows [T3]', async () => {
    for (const name of ['a', 'b', 'c', 'd']) at.server.put(visit(name));
    at.server.pageRows = 1;
    const engine = await open();
    expect(names(await watched(visits(engine), (rows) => rows.length === 4))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are shown when all heads are reached, not page by page [T3 P21]', async () => {
    const engine = await open();
    const seen: number[] = [];
    const stop = visits(engine).subscribe((rows) => seen.push(rows.length));
    await eventually(() => expect(seen).toContain(0));
    for (const name of ['a', 'b', 'c', 'd']) at.server.put(visit(name));
    at.server.pageRows = 1;
    const before = at.server.frames(PULL).length;
    await drained(engine);
    await eventually(() => expect(seen).toContain(4));
    stop();
    expect(at.server.frames(PULL).length).toBeGreaterThan(before + 3);
    expect(new Set(seen)).toEqual(new Set([0, 4]));
  });

  it('with an older version move the cursor and change nothing [P23]', async () => {
    const engine = await open();
    at.server.put(visit('one'));
    at.server.put(visit('one', { ver: id('one 2') }, { name: 'newer' }));
    await drained(engine);
    const db = await at.browser.person(engine.who.value?.person ?? '');
    const held = await db.get('rows', id('one'));
    const { seq = 0 } = (await db.get('cursors', `site:${SITE}`)) ?? {};
    const older = { ...at.server.page(`site:${SITE}`, seq), upto: seq + 1, rows: [[(held?.n ?? 0) - 1, visit('one')]] };
    at.server.fault = { after: ({ path }) => (path === PULL ? tampered([older]) : undefined) };
    await drained(engine);
    expect((await db.get('cursors', `site:${SITE}`))?.seq).toBe(seq + 1);
    expect(await db.get('rows', id('one'))).toEqual(held);
    expect(held?.body.f['name']).toBe('newer');
  });

  it('with a row that leaves its last scope take it [P23]', async () => {
    const engine = await open();
    at.server.put(visit('one'));
    await drained(engine);
    at.server.leave(`site:${SITE}`, id('one'));
    await drained(engine);
    expect(await watched(visits(engine), (rows) => rows.length === 0)).toEqual([]);
  });
});

describe('the mark', () => {
  it('moves only when all heads are reached: until then own acts are replayed, and never seen twice [P22]', async () => {
    const engine = await open();
    const person = engine.who.value?.person ?? '';
    const seen: number[] = [];
    const notes: number[] = [];
    const stop = visits(engine).subscribe((rows) => {
      seen.push(rows.filter((row) => row.f['name'] === 'mine').length);
      notes.push(...rows.map((row) => (row.f['note'] as unknown[] | undefined)?.length ?? 0));
    });
    at.browser.online = false;
    const { entity } = await acted(engine, arrival('mine'));
    await acted(engine, { kind: 'visit.amend', entity, private: { note: 'seen at gate 2' } });
    // The pull after the push stops half-way: the visit's row is here, the heads are not.
    at.server.pageRows = 3;
    let pulls = 0;
    at.server.fault = {
      instead: ({ path }) =>
        path === PULL && at.server.log.length > 0 && ++pulls > 1 ? problem(503, 'busy') : undefined,
      after: ({ path }) => {
        for (let i = 0; i < 6 && path === '/api/sync/push'; i += 1) at.server.put(visit(`other ${i}`));
        return undefined;
      },
    };
    at.browser.online = true;
    at.browser.wake();
    await until(engine, (status) => status.waiting === 0 && status.sending === 0);
    await eventually(() => expect(pulls).toBeGreaterThan(1));
    await quiet(engine);
    const db = await at.browser.person(person);
    expect(await db.get('rows', entity)).toMatchObject({ body: { f: { name: 'mine' } } });
    expect((await db.get('mark', 'mark'))?.n).toBe(0);
    expect(names(await watched(visits(engine), (rows) => rows.length === 3))).toContain('mine');
    at.server.fault = {};
    await at.browser.passing(() => drained(engine));
    expect((await db.get('mark', 'mark'))?.n).toBe(2);
    await watched(visits(engine), (rows) => rows.length === 7);
    stop();
    const first = seen.indexOf(1);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(new Set(seen.slice(first))).toEqual(new Set([1]));
    expect(Math.max(...notes)).toBe(1);
  });

  it('stays where it is while the server speaks of a fork of this chain [P8]', async () => {
    const engine = await open();
    const person = engine.who.value?.person ?? '';
    // Another copy of this profile was here, and its act has the same number; pushes wait, so that pulls come first.
    at.server.fault = { instead: ({ path }) => (path === '/api/sync/push' ? problem(503, 'busy') : undefined) };
    const forked = async (response: Response) => {
      const reply = await response.json();
      return json({ ...reply, ack: { ...reply.ack, link: '0'.repeat(64), n: 1 } });
    };
    at.server.rewrite = (path, response) => (path === PULL ? forked(response) : response);
    const { entity } = await acted(engine, arrival('mine'));
    for (let i = 0; i < 3; i += 1) await exchanged(engine);
    expect((await (await at.browser.person(person)).get('mark', 'mark'))?.n ?? 0).toBe(0);
    const act = engine.watch(['visit'], (view) => view.get(entity));
    expect(await watched(act, (row) => row !== undefined)).toMatchObject({ f: { name: 'mine' } });
  });

  it.each(['a reset', 'another epoch'])(
    'offers its whole chain again to a server that went back, told by %s, and holds acts of a copy [P8][P29]',
    async (told) => {
      const engine = await open();
      await acted(engine, arrival('acknowledged'));
      await drained(engine);
      // Another copy's two acts stand there, the second where this copy holds one that is not sent yet.
      at.server.fault = { instead: ({ path }) => (path === '/api/sync/push' ? problem(503, 'busy') : undefined) };
      await acted(engine, arrival('not sent yet'));
      const back = async (response: Response) => {
        const reply = await response.json();
        const reset = told === 'a reset' ? [`site:${SITE}`] : [];
        const stamp = told === 'a reset' ? reply.stamp : { ...reply.stamp, epoch: 'another' };
        return json({ ...reply, reset, stamp, ack: { ...reply.ack, link: '0'.repeat(64), n: 2 } });
      };
      at.server.rewrite = (path, response) => (path === PULL ? back(response) : response);
      await exchanged(engine);
      await eventually(async () => expect((await at.browser.ops()).map(({ open }) => open)).toEqual([1, 1]));
    },
  );

  it('leaves a held act in the view until it is released [P17][P22]', async () => {
    const engine = await open();
    at.server.decide = () => ({ d: 'parked', code: 'entity_unknown' });
    const { entity } = await acted(engine, arrival('held'));
    await drained(engine);
    const acts = engine.watch(['visit'], async (view) => ({ row: await view.get(entity), state: view.state(entity) }));
    expect(await watched(acts, ({ state }) => state?.state === 'delivered')).toMatchObject({
      row: { f: { name: 'held' }, n: 0 },
      state: { code: 'entity_unknown' },
    });
    const [op] = await at.browser.ops();
    const device = engine.who.value?.device ?? '';
    at.server.release({ head: JSON.parse(op?.head ?? ''), private: { name: 'held' } }, device);
    await drained(engine);
    expect(await watched(acts, ({ row }) => (row?.n ?? 0) > 0)).toMatchObject({ row: { f: { name: 'held' } } });
    expect((await at.browser.ops())[0]?.d).toBe('applied');
  });
});

it('a decision comes down by pull when no push reply ever arrives [T5][P22]', async () => {
  const engine = await open();
  const lost = () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } });
  at.server.decide = () => ({ d: 'parked', code: 'after_dismissal' });
  at.server.fault = { after: ({ path }) => (path === '/api/sync/push' ? lost() : undefined) };
  const { entity } = await acted(engine, arrival('held'));
  const state = engine.watch([], async (view) => view.state(entity) ?? { state: 'draft' as const, ops: [] });
  expect(await watched(state, (now) => now.state === 'delivered')).toMatchObject({ code: 'after_dismissal' });
  await until(engine, (status) => status.waiting === 0);
  await eventually(async () => expect((await at.browser.ops())[0]).not.toHaveProperty('private'));
});

describe('scopes', () => {
  it('that are no longer granted go with rows, cursor and key [T20]', async () => {
    at.server.siteKeys[`site:${SITE}`] = 'a2V5';
    at.server.put(visit('secret'));
    const engine = await open();
    await watched(visits(engine), (rows) => rows.length === 1);
    at.server.people.get('amy')?.scopes.splice(2);
    await drained(engine);
    await watched(visits(engine), (rows) => rows.length === 0);
    for (const dump of Object.values(await at.browser.dump())) expect(dump).not.toContain('secret');
    const db = await at.browser.person(engine.who.value?.person ?? '');
    expect(await db.getAllKeys('keys')).toEqual([]);
    expect(await db.getAllKeys('cursors')).not.toContain(`site:${SITE}`);
  });

  it('of an ended epoch begin at 0 again [P28]', async () => {
    const engine = await open();
    at.server.put(visit('kept'));
    at.server.put(visit('lost'));
    await drained(engine);
    await watched(visits(engine), (rows) => rows.length === 2);
    at.server.epoch = 'e2';
    at.server.leave(`site:${SITE}`, id('lost'));
    at.server.entities.delete(id('lost'));
    await drained(engine);
    expect(names(await watched(visits(engine), (rows) => rows.length === 1))).toEqual(['kept']);
    const db = await at.browser.person(engine.who.value?.person ?? '');
    expect((await db.get('cursors', `site:${SITE}`))?.epoch).toBe('e2');
  });

  it('are compared by digest once an hour, and when asked [T37][P26]', async () => {
    const engine = await open();
    at.server.put(visit('one'));
    at.server.put(visit('gone', {}, { left: at.server.now }));
    await drained(engine);
    const compared = () => at.server.frames(PULL).filter((frame) => frame.digests !== undefined);
    const before = compared().length;
    await exchanged(engine);
    expect(compared()).toHaveLength(before + 1);
    const day = Math.floor((at.server.now + 30 * 86_400_000) / 86_400_000);
    expect(compared().at(-1)?.digests[`site:${SITE}`]).toEqual({
      0: [1, weight(id('one'), id('one 1'))],
      [day]: [1, weight(id('gone'), id('gone 1'))],
    });
    const pulls = at.server.frames(PULL).length;
    at.browser.wake();
    await eventually(() => expect(at.server.frames(PULL).length).toBeGreaterThan(pulls));
    await quiet(engine);
    expect(compared()).toHaveLength(before + 1);
  });
});

describe('people', () => {
  it('who were dismissed lose their database here, and their unsent acts are sent [T22][P13]', async () => {
    const engine = await open();
    at.server.put(visit('secret'));
    await drained(engine);
    const person = engine.who.value?.person ?? '';
    at.server.fault = { instead: ({ path }) => (path === '/api/sync/push' ? problem(503, 'busy') : undefined) };
    await acted(engine, arrival('unsent'));
    at.server.toDelete = [person];
    at.browser.wake();
    await watched(engine.who, (who) => who === null);
    await eventually(async () => expect(Object.keys(await at.browser.dump())).toEqual(['gatehouse']));
    at.server.toDelete = [];
    at.server.fault = {};
    await at.browser.passing(() => until(engine, (status) => status.waiting === 0 && status.sending === 0));
    expect(at.server.log).toHaveLength(1);
    // What was acknowledged is sealed a moment later (14.2).
    await eventually(async () => expect(JSON.stringify(await at.browser.dump())).not.toContain('unsent'));
  });

  it('are all forgotten by a revoked device, which still sends what it has [T22]', async () => {
    const engine = await open();
    at.server.put(visit('secret'));
    await drained(engine);
    at.browser.online = false;
    await acted(engine, arrival('last act'));
    at.server.revoked = true;
    at.browser.online = true;
    at.browser.wake();
    await until(engine, (status) => status.trouble === 'revoked' && status.waiting === 0);
    await watched(engine.who, (who) => who === null);
    expect(at.server.log).toHaveLength(1);
    await eventually(async () => expect(JSON.stringify(await at.browser.dump())).not.toContain('secret'));
  });

  it('whose session the server ended keep reading and recording, and sign in again [T11]', async () => {
    const engine = await open();
    at.server.sessionsEnded = true;
    engine.syncNow();
    await until(engine, (status) => status.trouble === 'signed_out_elsewhere');
    const { entity } = await acted(engine, arrival('still here'));
    await until(engine, (status) => status.waiting === 0);
    const own = engine.watch(['visit'], (view) => view.get(entity));
    expect(await watched(own, (row) => row !== undefined)).toMatchObject({ n: 0 });
    at.server.sessionsEnded = false;
    await signedIn(engine, 'amy');
    await until(engine, (status) => status.trouble === null);
    await watched(own, (row) => (row?.n ?? 0) > 0);
  });
});
