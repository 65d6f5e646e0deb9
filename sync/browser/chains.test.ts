/** Chains that break and heal (PROTOCOL 3.3, 3.4, 6.2, P8, P28): nothing is lost, nothing counts twice. */

import { describe, expect, it } from 'vitest';
import type { Engine } from './api.ts';
import { links, root } from './chain.ts';
import { derived } from './ids.ts';
import { createDevice, DEVICE, type DeviceSchema } from './schema.ts';
import { openRaw } from './testing/databases.ts';
import { acted, arrival, drained, eventually, exchanged, quiet, signedIn, until } from './testing/device.ts';
import { json, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PUSH = '/api/sync/push';
const CHAINS = '/api/devices/chains';

async function delivered(...names: string[]): Promise<Engine> {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  for (const name of names) await acted(engine, arrival(name));
  await drained(engine);
  return engine;
}

function theChain() {
  const chain = [...at.server.chains.values()].at(-1);
  if (chain === undefined) throw new Error('no chain');
  return chain;
}

const healed = (engine: Engine) => at.browser.passing(() => drained(engine));

/** Whether the chain the server holds is the one the outbox says. */
async function expectOneChain(): Promise<void> {
  const chain = theChain();
  const ops = (await at.browser.ops()).filter((op) => chain.links.includes(op.link));
  const start = chain.links[0] ?? '';
  expect(chain.links).toEqual([
    start,
    ...links(
      start,
      ops.map((op) => op.hash),
    ),
  ]);
}

it('a server that lost the end of a chain is given it again, with private parts, before new acts [T34][P28]', async () => {
  const engine = await delivered('one', 'two', 'three');
  const [first, second] = await at.browser.ops();
  expect(first?.private).toBeUndefined();
  at.server.rewind(theChain().id, 1);
  for (const op of [second]) at.server.results.delete(op?.id ?? '');
  await acted(engine, arrival('four'));
  await healed(engine);
  expect(theChain().links).toHaveLength(5);
  const resent = at.server.frames(PUSH).findLast((frame) => frame.first === 2);
  expect(resent.ops[0]).not.toHaveProperty('private');
  expect(resent.ops[0].sealed).toBe(second?.sealed);
  expect(at.server.log.filter((id) => id === second?.id)).toHaveLength(2);
  await expectOneChain();
});

it('a server that went back while the device has nothing new learns of it by a pull [T34]', async () => {
  const engine = await delivered('one', 'two');
  at.server.rewind(theChain().id, 0);
  at.server.results.clear();
  engine.syncNow();
  await eventually(() => expect(theChain().links).toHaveLength(3));
  await healed(engine);
  expect(at.server.log).toHaveLength(4);
});

it('a server whose pulls lag behind its pushes makes no device spin', async () => {
  const engine = await delivered('one');
  const lagging = async (response: Response) => {
    const reply = await response.json();
    return json({ ...reply, ack: { ...reply.ack, n: 0 } });
  };
  at.server.rewrite = (path, response) => (path === '/api/sync/pull' ? lagging(response) : response);
  const pushes = at.server.frames(PUSH).length;
  engine.syncNow();
  await eventually(() => expect(at.server.frames(PUSH).length).toBe(pushes + 1));
  for (let i = 0; i < 5; i += 1) await exchanged(engine);
  expect(at.server.frames(PUSH)).toHaveLength(pushes + 1);
  expect(at.server.log).toHaveLength(1);
});

it('a gap that the device can no longer fill starts a new chain behind it [P8]', async () => {
  const engine = await delivered('one', 'two');
  const old = theChain();
  const device = await at.browser.core().store.device();
  const [first, second] = await at.browser.ops();
  await device.delete('ops', first?.id ?? '');
  at.server.rewind(old.id, 0);
  await acted(engine, arrival('three'));
  await healed(engine);
  expect(at.server.frames(CHAINS)[0].follows).toEqual({ chain: old.id, link: first?.link, n: 1 });
  const ops = await at.browser.ops();
  expect(ops.map((op) => [op.gen, op.n])).toEqual([
    [2, 1],
    [2, 2],
  ]);
  expect(ops[0]?.id).toBe(second?.id);
  expect(theChain().links).toHaveLength(3);
});

it('another history on the server starts a new chain behind what it holds; heads stay as they are [P2][P8]', async () => {
  const engine = await delivered('one', 'two');
  const old = theChain();
  const forked = links(old.links[1] ?? '', ['ab'.repeat(32)]);
  old.links.splice(2, 1, ...forked);
  const heads = (await at.browser.ops()).map((op) => op.head);
  await acted(engine, arrival('three'));
  await healed(engine);
  const chain = theChain();
  expect(chain.id).not.toBe(old.id);
  const [frame] = at.server.frames(CHAINS);
  expect(frame.follows).toEqual({ chain: old.id, link: forked[0], n: 2 });
  expect(chain.links[0]).toBe(root(old.device, chain.id, frame.follows));
  const ops = await at.browser.ops();
  expect(ops.map((op) => op.head).slice(0, 2)).toEqual(heads);
  // What was acknowledged comes along and is a repeat there: had the server gone back, it would not hold it.
  expect(ops.map((op) => [op.gen, op.n])).toEqual([
    [2, 1],
    [2, 2],
    [2, 3],
  ]);
  expect(new Set(at.server.log).size).toBe(at.server.log.length);
  // Its key is a new one: the old could be in two places.
  expect(chain.key).not.toBe(old.key);
});

it.each([1, 2])(
  'what became of its number on another copy of the profile, %i acts ahead, is not what became of an act here [P8][P12]',
  async (others) => {
    const engine = await delivered('one');
    const old = theChain();
    at.server.fault = { instead: ({ path }) => (path === PUSH ? problem(503, 'busy') : undefined) };
    const mine = await acted(engine, arrival('two'));
    // The other copy's second act went as a stub, so its outcome has no id.
    old.links.push(...links(old.links[1] ?? '', Array(others).fill('ab'.repeat(32))));
    const f = { chain: old.id, cn: 2, code: 'unsendable', d: 'refused', device: old.device };
    const id = derived('outcome', 'stub');
    at.server.put({ at: at.server.now, by: old.device, f, id, kind: 'outcome', ver: id });
    const device = await at.browser.core().store.device();
    await at.browser.passing(() =>
      eventually(async () => expect((await device.getAll('rows')).map((row) => row.body.id)).toContain(id)),
    );
    expect((await at.browser.ops()).at(-1)).toMatchObject({ id: mine.id, n: 2, open: 1 });
    at.server.fault = {};
    await healed(engine);
    expect((await at.browser.ops()).map((op) => [op.gen, op.n, op.d])).toEqual([
      [2, 1, 'applied'],
      [2, 2, 'applied'],
    ]);
    expect(at.server.log.at(-1)).toBe(mine.id);
  },
);

it.each([1, 2])(
  'acts that a server lost and in whose place it took %i of another copy are sent again [T34][P8][P28]',
  async (others) => {
    const engine = await delivered('one');
    const old = theChain();
    const [lost] = await at.browser.ops();
    at.server.rewind(old.id, 0);
    at.server.results.clear();
    old.links.push(...links(old.links[0] ?? '', Array(others).fill('ab'.repeat(32))));
    at.server.epoch = 'another';
    await healed(engine);
    engine.syncNow();
    await eventually(() => expect(at.server.log.filter((id) => id === lost?.id)).toHaveLength(2));
    await healed(engine);
    expect(theChain().id).not.toBe(old.id);
    expect((await at.browser.ops()).map((op) => [op.gen, op.n, op.d])).toEqual([[2, 1, 'applied']]);
    await expectOneChain();
  },
);

it('an act recorded while the new chain is being agreed on comes along [P8]', async () => {
  const engine = await delivered('one');
  theChain().links.splice(1, 1, 'cd'.repeat(32));
  at.server.fault = {
    instead: async ({ path }) => {
      if (path === CHAINS) await acted(engine, arrival('meanwhile'));
      return undefined;
    },
  };
  await acted(engine, arrival('two'));
  await healed(engine);
  expect(new Set(at.server.log).size).toBe(3);
  await expectOneChain();
});

it('a new chain that the server did not agree to is not begun', async () => {
  const engine = await delivered('one');
  const old = theChain();
  old.links.splice(1, 1, 'cd'.repeat(32));
  at.server.fault = { instead: ({ path }) => (path === CHAINS ? problem(409, 'chain_known') : undefined) };
  await acted(engine, arrival('two'));
  await eventually(() => expect(at.server.frames(CHAINS).length).toBeGreaterThan(0));
  await quiet(engine);
  expect((await at.browser.ops()).map((op) => [op.gen, op.n])).toEqual([
    [1, 1],
    [1, 2],
  ]);
  at.server.fault = {};
  await healed(engine);
  expect(new Set(at.server.log).size).toBe(2);
});

describe('certificates', () => {
  it('a sign-in the server never heard of is shown to it [P9]', async () => {
    at.server.knownCertificates = new Set();
    const engine = await delivered('one');
    at.server.knownCertificates = new Set();
    await acted(engine, arrival('two'));
    await healed(engine);
    const shown = at.server.frames(PUSH).flatMap((frame) => frame.certs ?? []);
    expect(shown).toHaveLength(1);
    expect(JSON.parse(shown[0].body)).toMatchObject({ type: 'sign_in', person: engine.who.value?.person });
    expect(at.server.log).toHaveLength(2);
  });

  it('one that is not here any more holds nothing up: its act goes as a stub, what is behind it is decided [T8][P5]', async () => {
    const engine = await delivered('one');
    at.browser.online = false;
    await acted(engine, arrival('two'));
    at.server.knownCertificates = new Set();
    const db = await openRaw<DeviceSchema>(at.browser.databases, DEVICE, createDevice);
    await db.clear('certs');
    db.close();
    at.browser.online = true;
    at.browser.wake();
    await healed(engine);
    const [one, two] = await at.browser.ops();
    expect(one).not.toHaveProperty('stub');
    expect(two).toMatchObject({ stub: true, d: 'refused' });
  });

  it('one that the server does not believe is shown once and then no longer holds anything up [T8][P9]', async () => {
    const engine = await delivered('one');
    at.server.knownCertificates = new (class extends Set<string> {
      override add(): this {
        return this;
      }
    })();
    await acted(engine, arrival('two'));
    await healed(engine);
    expect(at.server.frames(PUSH).flatMap((frame) => frame.certs ?? [])).toHaveLength(1);
    const [, two] = await at.browser.ops();
    expect(two).toMatchObject({ stub: true, d: 'refused' });
  });

  it('a device the server does not know shows all of them once, then enrols again with its acts [P9]', async () => {
    const engine = await delivered('one');
    const old = theChain();
    at.server.chains.clear();
    at.server.results.clear();
    await acted(engine, arrival('two'));
    await until(engine, (status) => status.trouble === 'signed_out_elsewhere');
    const shown = at.server.frames(PUSH).filter((frame) => frame.certs !== undefined);
    expect(shown).toHaveLength(1);
    expect(shown[0].certs).toHaveLength(2);
    await signedIn(engine, 'amy');
    await healed(engine);
    expect(theChain().links).toHaveLength(3);
    expect(at.server.frames('/api/devices/enrol').at(-1).follows).toMatchObject({ chain: old.id, n: 2 });
    expect(engine.status.value?.trouble).toBeNull();
    expect(new Set(at.server.log).size).toBe(2);
  });
});
