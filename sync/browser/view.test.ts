/** What a screen reads: order, search, shades, settled notices (PROTOCOL 5.4, 8.6, 10.5). */

import { describe, expect, it, vi } from 'vitest';
import type { Engine, Row } from './api.ts';
import type { Body } from './apply.ts';
import { b64 } from './canon.ts';
import { DAY } from './entities.ts';
import { acted, arrival, drained, eventually, POST, quiet, SITE, signedIn, until, watched } from './testing/device.ts';
import { id } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const HOUR = 3_600_000;

function visit(name: string, minutes: number, fields: Body['f'] = {}): Body {
  const instant = at.server.now + minutes * 60_000;
  const f = { site: SITE, post: POST, category: 'courier', name, arrived: instant, ...fields };
  return { at: instant, by: id('carl'), f, id: id(name), kind: 'visit', ver: id(`${name} 1`) };
}

async function open(): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  return engine;
}

const list = (engine: Engine, limit = 50) =>
  engine.watch(['visit'], (view) => view.list('visit', { prefix: [SITE], limit }));
const search = (engine: Engine, term: string) =>
  engine.watch(['visit'], (view) => view.search('visit', { prefix: [SITE], term, limit: 50 }));
const names = (rows: readonly Row[]) => rows.map((row) => row.f['name']);

describe('a list', () => {
  it('is newest first, own unconfirmed acts among the rest, up to its limit', async () => {
    for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) at.server.put(visit(name, i - 10));
    const engine = await open();
    at.browser.online = false;
    await acted(engine, arrival('mine'));
    await acted(engine, { kind: 'visit.amend', entity: id('b'), private: { name: 'b amended' } });
    expect(names(await watched(list(engine), (rows) => rows.length === 5))).toEqual([
      'mine',
      'd',
      'c',
      'b amended',
      'a',
    ]);
    expect(names(await watched(list(engine, 2), (rows) => rows.length === 2))).toEqual(['mine', 'd']);
    const elsewhere = engine.watch(['visit'], (view) => view.list('visit', { prefix: [id('other')], limit: 9 }));
    expect(await watched(elsewhere, () => true)).toEqual([]);
  });

  it('of hundreds with one and the same key misses none', async () => {
    for (let i = 0; i < 250; i += 1) at.server.put({ ...visit(`v${i}`, 0), at: 5 });
    const engine = await open();
    const all = engine.watch(['visit'], (view) => view.all('visit'));
    expect(await watched(all, (rows) => rows.length === 250)).toHaveLength(250);
    expect(await watched(list(engine, 60), (rows) => rows.length === 60)).toHaveLength(60);
  });

  it('is read again only for what it watches', async () => {
    const engine = await open();
    const posts = vi.fn(async () => 0);
    const stop = engine.watch(['post'], posts).subscribe(() => undefined);
    await eventually(() => expect(posts).toHaveBeenCalled());
    const reads = posts.mock.calls.length;
    at.server.put(visit('a', 0));
    await drained(engine);
    await watched(list(engine), (rows) => rows.length === 1);
    expect(posts.mock.calls.length).toBe(reads);
    stop();
  });

  it('in another tab follows an act', async () => {
    const engine = await open();
    const other = await at.browser.open();
    await acted(engine, arrival('mine'));
    expect(names(await watched(list(other), (rows) => rows.length === 1))).toEqual(['mine']);
  });
});

describe('a shade', () => {
  const KEY = b64(new TextEncoder().encode('site key'));

  /** A visitor who left so long ago, ms. */
  async function left(ago = 0): Promise<Engine> {
    at.server.siteKeys[`site:${SITE}`] = KEY;
    const fields = { phone: '138 0000 1234', plate: '京A·12345', unit: '3-201', purpose: 'a parcel' };
    at.server.put(visit('王小明', -60, { ...fields, left: at.server.now - ago }));
    return open();
  }

  it('is made twelve hours after leaving, is found by whole values and by what it still shows', async () => {
    const engine = await left(11.5 * HOUR);
    const person = engine.who.value?.person ?? '';
    expect((await watched(search(engine, 'parcel'), (rows) => rows.length === 1))[0]?.sh).toBeUndefined();
    // Before the hour at which the disk is tidied: the view shades what it reads.
    await quiet(engine);
    at.browser.pass(0.6 * HOUR);
    expect((await (await at.browser.person(person)).get('rows', id('王小明')))?.body.sh).toBeUndefined();
    const [row] = await watched(search(engine, '13800001234'), (rows) => rows.length === 1);
    expect(row).toMatchObject({ sh: true, f: { name: '王**', plate: '***345', unit: '3-201' } });
    expect(row?.f).not.toHaveProperty('purpose');
    for (const term of ['王小明', '京a12345', '345', '3-201']) {
      expect(await watched(search(engine, term), () => true)).toHaveLength(1);
    }
    for (const term of ['小明', 'parcel', '1380000', '12345']) {
      expect(await watched(search(engine, term), () => true)).toEqual([]);
    }
  });

  it('replaces the row on the disk within the hour, and goes after thirty days [P25]', async () => {
    const engine = await left();
    const person = engine.who.value?.person ?? '';
    await quiet(engine);
    at.browser.pass(12 * HOUR);
    const db = await at.browser.person(person);
    await eventually(async () => expect((await db.get('rows', id('王小明')))?.body.sh).toBe(true));
    for (const dump of Object.values(await at.browser.dump())) expect(dump).not.toContain('小明');
    await quiet(engine);
    at.browser.pass(31 * DAY);
    await eventually(async () => expect(await db.get('rows', id('王小明'))).toBeUndefined());
    expect(await watched(list(engine), () => true)).toEqual([]);
  });

  it('comes by anchored time, whatever the wall clock says [P25]', async () => {
    const engine = await left();
    at.browser.skew = 40 * DAY;
    expect((await watched(list(engine), (rows) => rows.length === 1))[0]?.sh).toBeUndefined();
  });
});

describe('a conflict', () => {
  async function conflicted(): Promise<{ engine: Engine; notice: string }> {
    at.server.put(visit('a', 0));
    const engine = await open();
    const person = engine.who.value?.person ?? '';
    const fields = [['name', 'mine', 'theirs', id('carl'), at.server.now, id('op')]];
    const f = { about: id('a'), d: 'merged', fields, kind: 'visit.amend', op: id('op'), person, state: 'open' };
    at.server.put({ at: at.server.now, by: id('carl'), f, id: id('notice'), kind: 'notice', ver: id('op') });
    await drained(engine);
    await until(engine, (status) => status.needsYou === 1);
    return { engine, notice: id('notice') };
  }

  it('needs its person, and is settled at once by an act of theirs, before the server knows', async () => {
    const { engine, notice } = await conflicted();
    const state = engine.watch(['visit'], async (view) => view.state(id('a'))?.state ?? 'none');
    expect(await watched(state, () => true)).toBe('needs_you');
    at.browser.online = false;
    const values = { notice, choice: 'mine' };
    await acted(engine, { kind: 'conflict.resolve', entity: id('a'), values, private: { name: 'mine' } });
    await until(engine, (status) => status.needsYou === 0);
    expect(await watched(state, (now) => now === 'waiting')).toBe('waiting');
    expect(names(await watched(list(engine), () => true))).toEqual(['mine']);
  });

  it('about a visit that is being erased shows no values', async () => {
    const { engine } = await conflicted();
    at.browser.online = false;
    await acted(engine, { kind: 'visit.erase', entity: id('a'), values: { reason: 'request' } });
    const notices = engine.watch(['notice'], (view) => view.all('notice'));
    const [row] = await watched(notices, (rows) => rows[0]?.erased === true);
    expect(row?.f['fields']).toEqual([['name', null, null, id('carl'), expect.any(Number), id('op')]]);
    const [erased] = await watched(list(engine), () => true);
    expect(erased).toMatchObject({ erased: true });
    expect(erased?.f).not.toHaveProperty('name');
  });
});
