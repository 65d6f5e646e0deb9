/** What a device keeps for a server that goes back in time (PROTOCOL §14): sealed, vouched for, and given back. */

import { expect, it, vi } from 'vitest';
import type { Engine } from './api.ts';
import { openEngine } from './engine.ts';
import { tuckAway } from './private.ts';
import type { OutboxOp } from './schema.ts';
import { acted, arrival, drained, eventually, OPTIONS, quiet, signedIn } from './testing/device.ts';
import { json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PUSH = '/api/sync/push';
const INFO = '/api/sync/server';
const NAME = 'Canary Wong';

async function delivered(...names: string[]): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  for (const name of names) await acted(engine, arrival(name));
  await drained(engine);
  return engine;
}

/** The server loses every act, and its decisions. */
function lose(): void {
  for (const chain of at.server.chains.values()) at.server.rewind(chain.id, 0);
  at.server.results.clear();
  at.server.entities.clear();
}

const sealedOps = () =>
  eventually(async () => {
    const ops = await at.browser.ops();
    expect(ops.every((op) => op.sealed !== undefined && op.private === undefined)).toBe(true);
    return ops;
  });

it('keeps an acknowledged private part sealed, and nothing of it in the clear beside the op', async () => {
  await delivered(NAME);
  const [op] = await sealedOps();
  expect(op?.voucher).toContain('applied');
  expect(JSON.stringify(op)).not.toContain(NAME);
  expect(op).not.toHaveProperty('salt');
});

it('gives a server that lost them its acts back with what it decided, though everything else would be decided now [T34 P29]', async () => {
  at.server.decide = () => ({ d: 'refused', code: 'not_entitled' });
  const engine = await delivered('refused before');
  at.server.decide = () => ({ d: 'applied' });
  const { id } = await acted(engine, arrival('applied before'));
  await drained(engine);
  await sealedOps();
  lose();
  at.server.decide = () => ({ d: 'parked', code: 'server_fault' });
  engine.syncNow();
  await eventually(() => expect(at.server.results.size).toBe(2));
  await drained(engine);
  expect([...at.server.results.values()].map(({ d }) => d)).toEqual(['refused', 'applied']);
  expect(at.server.entities.get(id)?.body.f['name']).toBe('applied before');
});

it('gives back a private part whose author the device has forgotten', async () => {
  const engine = await delivered('gone with its author');
  const [op] = await sealedOps();
  await engine.signOut();
  await drained(engine);
  const core = at.browser.core();
  const device = await core.store.device();
  for (const person of await device.getAllKeys('people')) await device.delete('people', person);
  lose();
  await signedIn(engine, 'bob');
  await eventually(() => expect(at.server.entities.get(op?.id ?? '')?.body.f['name']).toBe('gone with its author'));
  await drained(engine);
  core.store.close();
});

it('sends an older server nothing that it would not understand', async () => {
  const engine = await delivered('plain');
  await sealedOps();
  lose();
  at.server.older = true;
  engine.syncNow();
  await eventually(() => expect(at.server.results.size).toBe(1));
  await drained(engine);
  const resent = at.server.frames(PUSH).findLast((frame) => frame.ops.length > 0);
  expect(Object.keys(resent.ops[0]).sort()).toEqual(['head', 'private', 'salt']);
  expect(at.server.frames(PUSH).some((frame) => frame.ops.some((op: object) => 'head_hash' in op))).toBe(false);
});

it('keeps vouchers only when the server signed them', async () => {
  const spoil = async (response: Response) => {
    const reply = await response.json();
    return json({ ...reply, vouchers: reply.vouchers?.map((text: string) => text.replace('applied', 'refused')) });
  };
  at.server.rewrite = (path, response) => (path === PUSH ? spoil(response) : response);
  await delivered('one');
  const [op] = await sealedOps();
  expect(op).not.toHaveProperty('voucher');
  expect(op?.d).toBe('applied');
});

it('does not seal to a key that the pinned one has not signed', async () => {
  const theirs = async (response: Response) => {
    const info = await response.json();
    return json({ ...info, seal: { ...info.seal, sig: info.seal.sig.replace(/^../, 'AA') } });
  };
  at.server.rewrite = (path, response) => (path === INFO ? theirs(response) : response);
  await delivered('one');
  await eventually(async () => expect((await at.browser.ops())[0]?.private).toBeUndefined());
  expect((await at.browser.ops())[0]).not.toHaveProperty('sealed');
});

it('seals at the next start what a crash left in the clear', async () => {
  const engine = await delivered(NAME);
  await sealedOps();
  await engine.close();
  const core = at.browser.core();
  const device = await core.store.device();
  const [op] = await at.browser.ops();
  const { sealed: _sealed, ...rest } = op as OutboxOp;
  const salt = (await (await core.store.person(rest.actor)).get('kept', rest.id))?.salt ?? '';
  await device.put('ops', { ...rest, private: `{"name":"${NAME}"}`, salt });
  at.browser.online = false;
  await openEngine(OPTIONS, at.browser.ports()).then(async (again) => {
    const [mended] = await sealedOps();
    expect(JSON.stringify(mended)).not.toContain(NAME);
    await quiet(again);
    await again.close();
  });
  core.store.close();
});

it('leaves a private part until the key can be had, and lets it go when the app starts again without', async () => {
  const engine = await delivered('one');
  await sealedOps();
  await engine.close();
  const core = at.browser.core();
  const device = await core.store.device();
  const [op] = await at.browser.ops();
  const { sealed: _sealed, ...rest } = op as OutboxOp;
  const clear = { ...rest, private: '{"name":"one"}', salt: 'AA' };
  await device.put('ops', clear);
  await device.delete('meta', 'seal');
  at.server.fault = { instead: ({ path }) => (path === INFO ? problem(503, 'busy') : undefined) };
  await tuckAway(core, [clear.id]);
  expect((await at.browser.ops())[0]?.private).toBe('{"name":"one"}');
  await tuckAway(core, [clear.id], true);
  expect((await at.browser.ops())[0]).not.toHaveProperty('private');
  core.store.close();
});

it('survives a crash between the sealing and the stripping', async () => {
  const encrypt = vi.spyOn(crypto.subtle, 'encrypt').mockRejectedValueOnce(new DOMException('gone', 'AbortError'));
  const engine = await delivered(NAME);
  encrypt.mockRestore();
  const [op] = await at.browser.ops();
  expect(op).toMatchObject({ private: `{"name":"${NAME}"}`, d: 'applied' });
  await engine.close();
  const again = await at.browser.open();
  await sealedOps();
  await drained(again);
});
