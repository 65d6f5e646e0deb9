/** Recording (PROTOCOL §5): recorded means on disk, numbered once, and well formed. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { advance, headHash, root } from './chain.ts';
import type { Head } from './ops.ts';
import { acted, arrival, drained, signedIn, until, watched } from './testing/device.ts';
import { setting } from './testing/setting.ts';

const at = setting();
afterEach(() => vi.restoreAllMocks());

/** Makes the next move of the chain's end fail, as a full or broken disk does. */
function failOnce(error: Error): void {
  const put = IDBObjectStore.prototype.put;
  const spy = vi.spyOn(IDBObjectStore.prototype, 'put');
  spy.mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    if (key !== 'end') return key === undefined ? put.call(this, value) : put.call(this, value, key);
    spy.mockRestore();
    throw error;
  });
}

describe('numbers', () => {
  it('run on without gap or double when two tabs act at once [T31][P2][P3]', async () => {
    const tabs = [await at.browser.open(), await at.browser.open()];
    const [first, second] = tabs;
    if (first === undefined || second === undefined) throw new Error('two tabs');
    await signedIn(first, 'amy');
    await watched(second.who, (who) => who !== null);
    at.browser.online = false;
    await Promise.all(Array.from({ length: 20 }, (_, i) => acted(i % 2 ? first : second, arrival(`visitor ${i}`))));
    const ops = await at.browser.ops();
    expect(ops.map((op) => op.n)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const [chain] = [...at.server.chains.values()];
    let link = root(chain?.device ?? '', chain?.id ?? '', null);
    for (const op of ops) {
      expect(op.prev).toBe(link);
      link = advance(link, headHash(op.head));
      expect(op.link).toBe(link);
    }
    at.browser.online = true;
    at.browser.wake();
    await drained(first);
    expect(new Set(at.server.log).size).toBe(20);
    expect(at.server.log).toEqual(ops.map((op) => op.id));
  });

  it('are not used up by an act whose transaction dies half-way [P3]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    at.browser.online = false;
    failOnce(new Error('the tab died'));
    await expect(engine.act(arrival('lost'))).rejects.toThrow('the tab died');
    expect(await at.browser.ops()).toEqual([]);
    await acted(engine, arrival('kept'));
    expect((await at.browser.ops()).map((op) => op.n)).toEqual([1]);
  });
});

describe('durability', () => {
  it('is strict for acts and relaxed for pages [T29][P3]', async () => {
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const over = (store: string) =>
      spy.mock.calls.filter(([stores, mode]) => mode === 'readwrite' && [...(stores as string[])].includes(store));
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    spy.mockClear();
    await acted(engine, arrival('amy’s visitor'));
    expect(over('ops')[0]?.[2]).toEqual({ durability: 'strict' });
    await drained(engine);
    expect(over('rows').length).toBeGreaterThan(0);
    expect(over('rows').every(([, , options]) => options?.durability === 'relaxed')).toBe(true);
  });

  it('is never claimed when the disk is full [T30]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    failOnce(new DOMException('full', 'QuotaExceededError'));
    expect(await engine.act(arrival('too much'))).toEqual({ problem: { code: 'storage_full' } });
    await until(engine, (status) => status.trouble === 'storage_full');
    await acted(engine, arrival('fits'));
    await until(engine, (status) => status.trouble === null);
  });

  it('is never claimed when the commit itself fails [T29 T30]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    at.browser.online = false;
    const put = IDBObjectStore.prototype.put;
    const spy = vi.spyOn(IDBObjectStore.prototype, 'put');
    spy.mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      const request = key === undefined ? put.call(this, value) : put.call(this, value, key);
      if (key === 'end') {
        spy.mockRestore();
        // Every statement went well; what failed was the disk under all of it.
        request.addEventListener('success', () => this.transaction.abort());
      }
      return request;
    });
    await expect(engine.act(arrival('lost'))).rejects.toThrow();
    expect(await at.browser.ops()).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    ['a text too long', { name: '长'.repeat(81) }, 'name'],
    ['a text that fills the private part', { name: '长'.repeat(10_000) }, 'name'],
    ['a control character', { name: 'a\u0007' }, 'name'],
    ['a lone surrogate', { name: '\ud83d' }, 'name'],
    ['a field of another kind', { left: '1' }, 'left'],
    ['a public field among the private', { unit: '3-201' }, 'unit'],
  ])('refuses %s, names the field, stores nothing [P3]', async (_name, fields, field) => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    const act = { ...arrival('x'), private: fields as Record<string, string> };
    const answer = await engine.act(act);
    expect(answer).toMatchObject({ problem: { code: 'malformed', field } });
    expect(await at.browser.ops()).toEqual([]);
  });

  it('counts code points, and brings texts into normal form C first', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    at.browser.online = false;
    await acted(engine, arrival('𠀀'.repeat(80)));
    await acted(engine, arrival('Zoe\u0308'));
    const [, second] = await at.browser.ops();
    expect(JSON.parse(second?.private ?? '')).toEqual({ name: 'Zo\u00eb' });
  });

  it('asks for what is missing', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    const answer = await engine.act({ kind: 'visit.leave', entity: '0199f0a0-0002-7000-8000-000000000001' });
    expect(answer).toMatchObject({ problem: { code: 'malformed', field: 'left_post' } });
  });
});

describe('an act', () => {
  it('is based on the confirmed version, and on its creation while none is confirmed [P1][P19]', async () => {
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    await drained(engine);
    at.browser.online = false;
    const { entity } = await acted(engine, arrival('first name'));
    const amend = (name: string) => acted(engine, { kind: 'visit.amend', entity, private: { name } });
    await amend('second name');
    await amend('third name');
    at.browser.online = true;
    at.browser.wake();
    await drained(engine);
    await watched(
      engine.watch(['visit'], (view) => view.get(entity)),
      (row) => row?.n !== 0,
    );
    await amend('fourth name');
    const heads = (await at.browser.ops()).map((op) => JSON.parse(op.head) as Head);
    expect(heads.map((head) => head.base)).toEqual([null, entity, entity, heads[2]?.id]);
  });

  it('is not recorded as another person’s when a second tab switched [T23]', async () => {
    const [first, second] = [await at.browser.open(), await at.browser.open()];
    await signedIn(first, 'amy');
    await watched(second.who, (who) => who !== null);
    const blind = vi.spyOn(second.who, 'value', 'get').mockReturnValue(first.who.value ?? null);
    await signedIn(first, 'bob');
    expect(await second.act(arrival('whose?'))).toEqual({ problem: { code: 'signed_out' } });
    blind.mockRestore();
  });

  it('carries clocks that no wrong clock blocks [T25]', async () => {
    at.browser.skew = -40 * 365 * 86_400_000;
    const engine = await at.browser.open();
    await signedIn(engine, 'amy');
    await acted(engine, arrival('in 1986'));
    const [op] = await at.browser.ops();
    const { t } = JSON.parse(op?.head ?? '{}') as Head;
    expect(t.wall - (t.anchor?.wall ?? 0)).toBeLessThan(1000);
    expect(Math.abs(engine.now() - at.server.now)).toBeLessThan(1000);
    expect(engine.status.value?.clockOffset).toBe(at.browser.skew);
  });
});
