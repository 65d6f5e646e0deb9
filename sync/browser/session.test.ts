/** People on a shared device (PROTOCOL §4, P12, P13): nobody's acts are lost, nobody's are shown to another. */

import { describe, expect, it, vi } from 'vitest';
import type { Engine } from './api.ts';
import { acted, arrival, drained, eventually, SITE, signedIn, until, watched } from './testing/device.ts';
import { id, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();

const visits = (engine: Engine) => engine.watch(['visit'], (view) => view.list('visit', { prefix: [SITE], limit: 50 }));

describe('a sign-in', () => {
  it('enrols the browser once, with a key that cannot be read', async () => {
    const engine = await at.browser.open();
    expect(await watched(engine.who, () => true)).toBeNull();
    const amy = await signedIn(engine, 'amy');
    expect(engine.who.value).toMatchObject({ person: amy, org: at.server.org });
    await engine.signOut();
    await signedIn(engine, 'bob');
    expect(at.server.frames('/api/devices/enrol')).toHaveLength(1);
    const db = await at.browser.core().store.device();
    const identity = await db.get('meta', 'identity');
    await expect(crypto.subtle.exportKey('jwk', (identity as { key: CryptoKey }).key)).rejects.toThrow();
    expect(at.server.frames('/api/devices/enrol')[0]).toMatchObject({ label: 'a test device', follows: null });
  });

  it.each([
    ['a wrong password', () => problem(401, 'bad_login'), 'bad_login'],
    ['a portal', () => new Response('<html>'), 'not_json'],
  ])('with %s leaves nothing', async (_name, answer, code) => {
    const engine = await at.browser.open();
    at.server.fault = { instead: ({ path }) => (path === '/api/devices/enrol' ? answer() : undefined) };
    expect(await engine.signIn('amy', 'wrong')).toMatchObject({ problem: { code } });
    expect(engine.who.value).toBeNull();
  });

  it('with a full disk says that there is no room, and works once there is', async () => {
    const engine = await at.browser.open();
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await engine.signIn('amy', 'a password')).toEqual({ problem: { code: 'storage_full' } });
    full.mockRestore();
    expect(engine.who.value).toBeNull();
    await signedIn(engine, 'amy');
  });

  it('says who may be meant when the org is not clear, and needs the network', async () => {
    const engine = await at.browser.open();
    const orgs = [{ id: at.server.org, name: 'One' }];
    const asked = new Response(JSON.stringify({ code: 'org_needed', orgs }), {
      status: 409,
      headers: { 'Content-Type': 'application/problem+json' },
    });
    at.server.fault = { instead: ({ path }) => (path === '/api/devices/enrol' ? asked : undefined) };
    expect(await engine.signIn('amy', 'a password')).toMatchObject({ problem: { code: 'org_needed', orgs } });
    at.browser.online = false;
    expect(await engine.signIn('amy', 'a password')).toEqual({ problem: { code: 'unreachable' } });
  });
});

describe('a sign-in on a device that the server does not take', () => {
  async function signedOut(): Promise<Engine> {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    await acted(engine, arrival('before'));
    await drained(engine);
    await engine.signOut();
    await until(engine, (status) => status.waiting === 0);
    return engine;
  }

  it('because it was restored to before it: certificates first, then it enrols anew and gives back what it has [P9]', async () => {
    const engine = await signedOut();
    const device = [...at.server.chains.values()][0]?.device;
    at.server.chains.clear();
    at.server.results.clear();
    // A tab of its own: this one still holds a device token.
    const fresh = await at.browser.open();
    await signedIn(fresh, 'amy');
    await drained(fresh);
    expect(at.server.frames('/api/sync/push').some((frame) => frame.certs?.length > 0)).toBe(true);
    expect(fresh.who.value?.device).not.toBe(device);
    expect([...at.server.chains.values()].at(-1)?.links.length).toBeGreaterThan(2);
    await engine.close();
  });

  /** Its next sign-in tells the device that it is revoked; it enrols anew and goes on. */
  async function revoked(engine: Engine): Promise<void> {
    at.server.revoked = true;
    const refused = problem(403, 'device_revoked');
    at.server.fault = { instead: ({ path }) => (path === '/api/auth/sign-in' ? refused.clone() : undefined) };
    expect(await engine.signIn('amy', 'a password')).toHaveProperty('ok');
    at.server.revoked = false;
    await drained(engine);
  }

  it('because it was revoked: the old device forgets everybody, the new one begins clean', async () => {
    const engine = await signedOut();
    await revoked(engine);
    expect(at.server.frames('/api/devices/enrol')).toHaveLength(2);
  });

  it('because it was revoked, by a server that has gone back since: the new one gives back what the old one had brought [T34]', async () => {
    const engine = await signedOut();
    const held = [...at.server.log];
    at.server.results.clear();
    await revoked(engine);
    expect(held).toHaveLength(2);
    expect(at.server.log).toEqual([...held, ...held]);
  });

  it('because it was revoked, twice, and has gone to another org meanwhile: that one never hears what the first has decided', async () => {
    const engine = await signedOut();
    const first = at.server.org;
    at.server.org = id('another org');
    const refused = problem(403, 'device_revoked');
    for (let times = 0; times < 2; times += 1) {
      at.server.revoked = true;
      at.server.fault = { instead: ({ path }) => (path === '/api/auth/sign-in' ? refused.clone() : undefined) };
      await engine.signOut();
      expect(await engine.signIn('amy', 'a password')).toHaveProperty('ok');
      at.server.revoked = false;
      await drained(engine);
    }
    const later = at.server.frames('/api/devices/enrol')[1]?.chain;
    const frames = at.server
      .frames('/api/sync/push')
      .filter(({ chain }) => chain.id === later || chain.follows !== null);
    const heads = frames.flatMap(({ ops }) => ops.map(({ head }: { head: string }) => JSON.parse(head)));
    expect(heads.filter(({ org }) => org === first)).toEqual([]);
  });
});

describe('a sign-out', () => {
  it('works offline, is an act, and forgets the session at once [P9]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    at.browser.online = false;
    await engine.signOut();
    expect(engine.who.value).toBeNull();
    expect((await at.browser.ops()).map((op) => op.kind)).toEqual(['session.end']);
    expect(JSON.stringify(await at.browser.dump())).not.toContain('"session "');
    expect(await engine.act(arrival('nobody’s'))).toEqual({ problem: { code: 'signed_out' } });
    at.browser.online = true;
    at.browser.wake();
    await until(engine, (status) => status.waiting === 0);
    expect(at.server.log).toHaveLength(1);
  });
});

describe('two people', () => {
  it('on one device: the first one’s acts are sent as the first one’s, and the second sees none of them [T23][P13]', async () => {
    const engine = await at.browser.open();
    const amy = await signedIn(engine, 'amy');
    await drained(engine);
    at.server.people.get('bob')?.scopes.splice(2);
    at.server.fault = { instead: ({ path }) => (path === '/api/sync/push' ? problem(503, 'busy') : undefined) };
    await acted(engine, arrival('amys secret'));
    await engine.drafts.put('visit', { name: 'amys draft' });
    await engine.signOut();
    const bob = await signedIn(engine, 'bob');
    expect(await watched(visits(engine), () => true)).toEqual([]);
    expect(
      await watched(
        engine.watch([], async (view) => view.ownActs()),
        () => true,
      ),
    ).toEqual([]);
    expect(await engine.drafts.get('visit')).toBeUndefined();
    at.server.fault = {};
    await at.browser.passing(() => drained(engine));
    const sent = at.server.frames('/api/sync/push').flatMap((frame) => frame.ops);
    const heads = sent.map((op: { head: string }) => JSON.parse(op.head));
    expect(heads.find((head) => head.kind === 'visit.arrive')).toMatchObject({ actor: amy });
    // Delivered, her private part lies in her own database alone.
    const dump = await at.browser.dump();
    expect(dump[`gatehouse-${amy}`]).toContain('amys secret');
    expect(dump['gatehouse']).not.toContain('amys');
    expect(dump[`gatehouse-${bob}`]).not.toContain('amys');
    await engine.signOut();
    await signedIn(engine, 'amy');
    expect(await engine.drafts.get('visit')).toEqual({ name: 'amys draft' });
    const own = await watched(visits(engine), (rows) => rows.length === 1);
    expect(own).toMatchObject([{ f: { name: 'amys secret' } }]);
  });

  it('a read begun for the first is never shown to the second [T23]', async () => {
    const engine = await at.browser.open();
    const amy = await signedIn(engine, 'amy');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const shown: string[] = [];
    const readers: string[] = [];
    const watch = engine.watch(['visit'], async () => {
      const reader = engine.who.value?.person ?? 'nobody';
      readers.push(reader);
      if (reader === amy) await held;
      return reader;
    });
    const stop = watch.subscribe((value) => shown.push(value));
    await eventually(() => expect(readers).toEqual([amy]));
    const left: unknown[] = [];
    const noted = engine.who.subscribe((who) => who !== null && who.person !== amy && left.push(watch.value));
    const bob = await signedIn(engine, 'bob');
    release();
    await eventually(() => expect(shown.at(-1)).toBe(bob));
    expect(shown).not.toContain(amy);
    await signedIn(engine, 'amy');
    await eventually(() => expect(shown.at(-1)).toBe(amy));
    await signedIn(engine, 'bob');
    expect(left).toEqual([undefined, undefined]);
    noted();
    stop();
  });

  it('are known by name once a pull told it', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    await drained(engine);
    await signedIn(engine, 'bob');
    await drained(engine);
    const known = await watched(engine.known, (people) => people.length === 2);
    expect(known.map(({ name }) => name).sort()).toEqual(['Name of amy', 'Name of bob']);
  });
});

describe('lost storage', () => {
  it('with acts unsent is noticed, shown, and followed by the next chain [T28]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    at.browser.online = false;
    await acted(engine, arrival('evicted'));
    await until(engine, (status) => status.waiting === 1);
    const [op] = await at.browser.ops();
    await at.browser.shut();
    at.browser.databases = new IDBFactory();
    at.browser.online = true;
    const again = await at.browser.open();
    await until(again, (status) => status.trouble === 'storage_lost');
    await signedIn(again, 'amy');
    expect(at.server.frames('/api/devices/enrol')[1].follows).toMatchObject({ n: 1, link: op?.link });
    await until(again, (status) => status.trouble === null);
  });

  it('with nothing unsent is no trouble, nor is a first start', async () => {
    const engine = await at.browser.open();
    expect(engine.status.value?.trouble).toBeNull();
    await signedIn(engine, 'amy');
    await acted(engine, arrival('sent'));
    await drained(engine);
    await until(engine, (status) => status.waiting === 0);
    await at.browser.shut();
    at.browser.databases = new IDBFactory();
    expect((await at.browser.open()).status.value?.trouble).toBeNull();
  });
});

it('a restart finds session, acts and rows as they were', async () => {
  const engine = await at.browser.open();
  const amy = await signedIn(engine, 'amy');
  at.browser.online = false;
  await acted(engine, arrival('before'));
  await at.browser.shut();
  const again = await at.browser.open();
  expect(again.who.value?.person).toBe(amy);
  expect(await watched(visits(again), (rows) => rows.length === 1)).toMatchObject([{ f: { name: 'before' } }]);
});

it('a newer app’s databases make this tab say that it is old', async () => {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  const upgraded = new Promise((resolve, reject) => {
    const request = at.browser.databases.open('gatehouse', 2);
    request.onsuccess = () => resolve(request.result.close());
    request.onerror = () => reject(request.error);
  });
  await upgraded;
  expect(await engine.act(arrival('too old'))).toEqual({ problem: { code: 'old_app' } });
  engine.syncNow();
  await eventually(() => expect(engine.status.value?.trouble).toBe('old_app'));
});
