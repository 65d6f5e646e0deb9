/** What comes down, cut anywhere (PROTOCOL §8): by a tab that dies, a page that ends early, an epoch that ends. */

import { afterEach, expect, it, vi } from 'vitest';
import type { Engine } from './api.ts';
import type { Body } from './apply.ts';
import { acted, arrival, drained, eventually, exchanged, POST, SITE, signedIn, until } from './testing/device.ts';
import { id, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
afterEach(() => vi.restoreAllMocks());

const PULL = '/api/sync/pull';
const PUSH = '/api/sync/push';
const SCOPE = `site:${SITE}`;
const ALL = 1e6;

function put(name: string, version: number, fields: Body['f'] = {}): void {
  const f = { site: SITE, post: POST, category: 'courier', name, arrived: at.server.now, ...fields };
  const ver = id(`${name} ${version}`);
  at.server.put({ at: at.server.now, by: id('carl'), f, id: id(name), kind: 'visit', ver });
}

async function open(): Promise<Engine> {
  const engine = await at.browser.open();
  if (engine.who.value === null) await signedIn(engine, 'amy');
  await drained(engine);
  return engine;
}

/** Rows of the site that are on the disk although the cursor does not say so, or that it says are there and are not. */
async function apart(person: string): Promise<string[]> {
  const db = await at.browser.person(person);
  const seq = (await db.get('cursors', SCOPE))?.seq ?? 0;
  const held = new Map((await db.getAll('rows')).map((row) => [row.id, row.n]));
  const later = new Set(at.server.page(SCOPE, seq, ALL).rows.map(([, body]) => body.id));
  return at.server
    .page(SCOPE, 0, ALL)
    .rows.filter(([n, body]) => (held.get(body.id) === n) === later.has(body.id))
    .map(([, body]) => String(body.f['name']));
}

/** Makes the tab die at its k-th write from now on; says whether it did. */
function dieAt(k: number): () => boolean {
  let writes = 0;
  for (const name of ['put', 'delete'] as const) {
    const write = IDBObjectStore.prototype[name] as (...given: unknown[]) => IDBRequest;
    vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(function (this: IDBObjectStore, ...given: unknown[]) {
      writes += 1;
      if (writes >= k) throw new Error('the tab died');
      return write.apply(this, given);
    } as never);
  }
  return () => writes >= k;
}

it('at whichever write the tab dies, rows and cursor agree, and the next start has them all [T2][P21]', async () => {
  at.server.pageRows = 2;
  let engine = await open();
  const person = engine.who.value?.person ?? '';
  let k = 1;
  for (let died = true; died; k += 1) {
    for (const name of ['a', 'b', `new ${k}`]) put(name, k);
    const hasDied = dieAt(k);
    await exchanged(engine);
    died = hasDied();
    vi.restoreAllMocks();
    at.browser.reports.length = 0;
    expect(await apart(person)).toEqual([]);
    await at.browser.shut();
    engine = await open();
    expect(await apart(person)).toEqual([]);
    expect((await (await at.browser.person(person)).get('cursors', SCOPE))?.seq).toBe(3 * k);
  }
  // Of a pull of several pages: each write of it was the last once.
  expect(k).toBeGreaterThan(6);
});

it('two records that changed together are shown together, however the pages are cut [T3][P21]', async () => {
  for (const name of ['one leg', 'other leg']) put(name, 1, { unit: '1' });
  const engine = await open();
  const shown: string[] = [];
  const view = engine.watch(['visit'], async (now) => (await now.all('visit')).map((row) => row.f['unit']).join());
  const stop = view.subscribe((units) => shown.push(units));
  await eventually(() => expect(shown).toContain('1,1'));
  at.server.pageRows = 1;
  let pulls = 0;
  const slow = () => new Promise<undefined>((done) => setTimeout(() => done(undefined), 30));
  at.server.fault = { instead: ({ path }) => (path === PULL && ++pulls > 1 ? slow() : undefined) };
  for (const name of ['one leg', 'other leg']) put(name, 2, { unit: '2' });
  await drained(engine);
  await eventually(() => expect(shown.at(-1)).toBe('2,2'));
  expect(pulls).toBeGreaterThan(1);
  expect([...new Set(shown)]).toEqual(['1,1', '2,2']);
  stop();
});

it('an ended epoch costs one fetch of everything, and no act that waits [T33]', async () => {
  const engine = await open();
  put('kept', 1);
  await drained(engine);
  at.server.fault = { instead: ({ path }) => (path === PUSH ? problem(503, 'busy') : undefined) };
  await acted(engine, arrival('waits'));
  at.server.epoch = 'e2';
  const before = at.server.frames(PULL).length;
  for (let i = 0; i < 5; i += 1) await exchanged(engine);
  const epochs = at.server
    .frames(PULL)
    .slice(before)
    .map((frame) => frame.cursors[SCOPE]?.[0]);
  expect(epochs.filter((epoch) => epoch !== 'e2')).toEqual(['e1']);
  expect(epochs.length).toBeGreaterThan(4);
  expect(await at.browser.ops()).toMatchObject([{ open: 1, private: '{"name":"waits"}' }]);
  at.server.fault = {};
  await at.browser.passing(() => drained(engine));
  expect(at.server.log).toHaveLength(1);
});

it('a stream that is taken away takes its rows, and none of the acts in it that were not sent [T20][T22]', async () => {
  const engine = await open();
  const person = engine.who.value?.person ?? '';
  put('seen there', 1);
  await drained(engine);
  at.server.fault = { instead: ({ path }) => (path === PUSH ? problem(503, 'busy') : undefined) };
  for (const name of ['first', 'second', 'third']) await acted(engine, arrival(name));
  at.server.people.get('amy')?.scopes.splice(2);
  await exchanged(engine);
  expect((await at.browser.dump())[`gatehouse-${person}`]).not.toContain('seen there');
  const names = ['first', 'second', 'third'].map((name) => ({ open: 1, private: JSON.stringify({ name }) }));
  expect(await at.browser.ops()).toMatchObject(names);
  // They are the server's to judge: here it holds them for someone in charge, and their author sees it.
  at.server.decide = () => ({ d: 'parked', code: 'after_dismissal' });
  at.server.fault = {};
  await at.browser.passing(() => until(engine, ({ waiting, sending }) => waiting === 0 && sending === 0));
  expect(new Set(at.server.log).size).toBe(3);
  const own = engine.watch([], async (view) => view.ownActs());
  const states: string[] = [];
  const stop = own.subscribe((acts) => states.splice(0, 9, ...acts.map((act) => `${act.state} ${act.code}`)));
  await eventually(() => expect(states).toEqual(Array(3).fill('delivered after_dismissal')));
  stop();
});
