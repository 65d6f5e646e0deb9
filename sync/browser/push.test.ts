/** Sending (PROTOCOL §6): whatever the network and the server do, each act ends in one decision, once. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Engine, OwnAct } from './api.ts';
import { acted, arrival, drained, eventually, quiet, signedIn, until, watched } from './testing/device.ts';
import { json, problem, type Request } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
afterEach(() => vi.restoreAllMocks());

const PUSH = '/api/sync/push';
const html = (status = 200) =>
  new Response('<html>Sign in to the Wi-Fi</html>', { status, headers: { 'Content-Type': 'text/html' } });

async function enrolled(): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  return engine;
}

function acts(engine: Engine, such: (acts: readonly OwnAct[]) => boolean): Promise<readonly OwnAct[]> {
  return watched(
    engine.watch([], async (view) => view.ownActs()),
    such,
  );
}

/** Records acts in one go, so that they travel together. */
async function together(engine: Engine, ...names: string[]): Promise<string[]> {
  at.browser.online = false;
  const made: string[] = [];
  for (const name of names) made.push((await acted(engine, arrival(name))).id);
  at.browser.online = true;
  return made;
}

/** Lets time pass until the engine has retried its way through. */
const retried = (engine: Engine) => passing(() => drained(engine));
const passing = <T>(work: () => Promise<T>) => at.browser.passing(work);

describe('no answer', () => {
  it('costs nothing when the reply is lost: the repeat gets the same decision, the effect is one [T5]', async () => {
    const engine = await enrolled();
    let lost = 0;
    at.server.fault = { after: ({ path }) => (path === PUSH && lost++ < 2 ? html(502) : undefined) };
    await acted(engine, arrival('once'));
    await retried(engine);
    expect(at.server.log).toHaveLength(1);
    expect(at.server.frames(PUSH).length).toBeGreaterThanOrEqual(3);
    expect((await acts(engine, () => true)).map((act) => act.state)).toEqual(['delivered']);
  });

  it.each([
    ['a portal’s page', () => html()],
    ['a proxy’s error', () => html(502)],
    ['a refusal that is no JSON', () => html(400)],
    ['JSON of another shape', () => json({ ok: true })],
    [
      'results nobody signed',
      () => json({ ack: 1, results: [[1, null, 'refused', 'malformed']], stamp: {}, anchor: '', sig: 'AA' }),
    ],
    ['a busy server', () => problem(503, 'busy')],
    ['an error of ours', () => problem(500, 'internal')],
    ['a sign-in asked for', () => problem(401, 'session_ended')],
  ])('%s is no refusal: the act waits [T10 T11]', async (_name, answer) => {
    const engine = await enrolled();
    // No pull either: it would mend what a believed answer broke.
    at.server.fault = { instead: ({ path }) => (path === PUSH ? answer() : problem(503, 'busy')) };
    const sent = at.server.frames(PUSH).length;
    await acted(engine, arrival('patient'));
    await eventually(() => expect(at.server.frames(PUSH).length).toBeGreaterThan(sent));
    await quiet(engine);
    const [op] = await at.browser.ops();
    expect(op).toMatchObject({ open: 1 });
    expect(op).not.toHaveProperty('stub');
    at.server.fault = {};
    await retried(engine);
    expect(at.server.log).toHaveLength(1);
  });

  it('waits as long as a busy server asks', async () => {
    const engine = await enrolled();
    const busy = () => new Response('{"code":"busy"}', { status: 503, headers: BUSY });
    at.server.fault = { instead: ({ path }) => (path === PUSH ? busy() : undefined) };
    await acted(engine, arrival('patient'));
    await eventually(() => expect(at.server.frames(PUSH).length).toBeGreaterThan(0));
    await quiet(engine);
    const sent = at.server.frames(PUSH).length;
    at.browser.pass(119_000);
    await quiet(engine);
    expect(at.server.frames(PUSH)).toHaveLength(sent);
    at.server.fault = {};
    await retried(engine);
  });
});

const BUSY = { 'Content-Type': 'application/problem+json', 'Retry-After': '120' };

describe('a bad act', () => {
  it('stops neither its neighbours nor what comes down [T8 T9 P18]', async () => {
    const engine = await enrolled();
    const bad = (name: unknown) =>
      (({ poison: { d: 'refused', code: 'not_entitled' }, held: { d: 'parked', code: 'unknown_kind' } }) as const)[
        String(name)
      ];
    at.server.decide = (op) => bad(op.private?.['name']) ?? { d: 'applied' };
    await together(engine, 'one', 'poison', 'three', 'held');
    at.browser.wake();
    await until(engine, (status) => status.waiting === 0 && status.sending === 0);
    await retried(engine);
    const states = await acts(engine, (all) => all.every((act) => act.state !== 'waiting'));
    expect(states.map(({ state, code }) => [state, code])).toEqual([
      ['delivered', undefined],
      ['needs_you', 'not_entitled'],
      ['delivered', undefined],
      ['delivered', 'unknown_kind'],
    ]);
    await until(engine, (status) => status.needsYou === 1);
    expect((await acts(engine, () => true))[1]?.private).toEqual({ name: 'poison' });
    const visits = engine.watch(['visit'], (view) => view.all('visit'));
    const shown = await watched(visits, () => true);
    expect(shown.map((row) => row.f['name']).sort()).toEqual(['held', 'one', 'three']);
  });

  it('that was refused leaves the screen at once, before anything comes down [T9 P18]', async () => {
    const engine = await enrolled();
    at.server.decide = () => ({ d: 'refused', code: 'not_entitled' });
    at.server.fault = { instead: ({ path }) => (path === PUSH ? undefined : problem(503, 'busy')) };
    await acted(engine, arrival('poison'));
    await until(engine, (status) => status.waiting === 0 && status.sending === 0);
    await quiet(engine);
    const visits = engine.watch(['visit'], (view) => view.all('visit'));
    expect(await watched(visits, (rows) => rows.length === 0)).toEqual([]);
    const [act] = await acts(engine, () => true);
    expect(act).toMatchObject({ state: 'needs_you', code: 'not_entitled', private: { name: 'poison' } });
  });

  it('that no frame can carry is sent as its hash, alone, and stays with its author [P5]', async () => {
    const engine = await enrolled();
    const carries = ({ body }: Request) => body.ops.some((op: { private?: string }) => op.private?.includes('poison'));
    at.server.fault = {
      instead: (request) => (request.path === PUSH && carries(request) ? problem(413, 'too_large') : undefined),
    };
    await together(engine, 'one', 'two', 'poison', 'four', 'five');
    at.browser.wake();
    await retried(engine);
    const states = await acts(engine, (all) => all.every((act) => act.state !== 'waiting'));
    expect(states.map(({ state, code }) => [state, code])).toEqual([
      ['delivered', undefined],
      ['delivered', undefined],
      ['needs_you', 'unsendable'],
      ['delivered', undefined],
      ['delivered', undefined],
    ]);
    expect(states[2]?.private).toEqual({ name: 'poison' });
    expect(at.server.log).toHaveLength(4);
  });

  it('is never blamed for a frame that is refused without it', async () => {
    const engine = await enrolled();
    at.server.fault = { instead: ({ path }) => (path === PUSH ? problem(400, 'bad_frame') : undefined) };
    await together(engine, 'one', 'two');
    at.browser.wake();
    await eventually(() => expect(at.server.frames(PUSH).some((frame) => frame.ops.length === 0)).toBe(true));
    await quiet(engine);
    expect((await at.browser.ops()).some((op) => op.stub)).toBe(false);
    at.server.fault = {};
    await retried(engine);
    expect(at.server.log).toHaveLength(2);
  });

  it('of a proxy’s own limit only makes frames smaller', async () => {
    const engine = await enrolled();
    at.server.fault = { instead: ({ path, body }) => (path === PUSH && body.ops.length > 1 ? html(413) : undefined) };
    await together(engine, 'one', 'two', 'three');
    at.browser.wake();
    await retried(engine);
    expect(at.server.log).toHaveLength(3);
  });
});

describe('the device’s own disk', () => {
  it('failing after the server decided shows no failure: the act is sent again and is one [T12]', async () => {
    const engine = await enrolled();
    const put = IDBObjectStore.prototype.put;
    let failed = false;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      const decided = this.name === 'ops' && (value as { d?: string }).d !== undefined;
      if (decided && !failed) {
        failed = true;
        throw new Error('the disk failed');
      }
      return key === undefined ? put.call(this, value) : put.call(this, value, key);
    });
    await acted(engine, arrival('once'));
    await retried(engine);
    expect(failed).toBe(true);
    expect(at.server.log).toHaveLength(1);
    expect(at.browser.reports.splice(0)).toHaveLength(1);
  });
});

describe('two tabs', () => {
  it('without locks send everything, and its effect is one [T31]', async () => {
    const first = await at.browser.open(undefined, { locks: undefined });
    const second = await at.browser.open(undefined, { locks: undefined });
    await signedIn(first, 'amy');
    await watched(second.who, (who) => who !== null);
    await Promise.all([first, second, first, second].map((tab, i) => acted(tab, arrival(`visitor ${i}`))));
    await eventually(() => expect(new Set(at.server.log).size).toBe(4));
    await eventually(async () => expect((await at.browser.ops()).some((op) => op.open)).toBe(false));
    expect(at.server.log).toHaveLength(4);
  });

  it('send what the one that recorded it never could: it closed at once [T32]', async () => {
    const leader = await at.browser.open();
    await signedIn(leader, 'amy');
    await drained(leader);
    at.browser.online = false;
    const second = await at.browser.open();
    await watched(second.who, (who) => who !== null);
    await acted(second, arrival('from the second'));
    await second.close();
    expect(at.server.log).toEqual([]);
    at.browser.online = true;
    at.browser.wake();
    await drained(leader);
    expect(at.server.log).toHaveLength(1);
  });

  it('do not wait for a frozen one that holds the lock [T31]', async () => {
    const frozen = { request: (_name: string, ...rest: unknown[]) => (rest.at(-1) as (lock: null) => unknown)(null) };
    const engine = await at.browser.open(undefined, { locks: frozen as unknown as LockManager });
    await signedIn(engine, 'amy');
    await acted(engine, arrival('through'));
    await passing(() => eventually(() => expect(at.server.log).toHaveLength(1)));
  });
});
