/**
 * The queues of every release (`tests/golden`): what an app of that release left on a device that was long offline.
 * The one of this release is what today's app writes; all of them are sent by today's app as they are. That the server
 * still takes them is asked in `tests/backend/test_golden.py`. A new release writes its own: `GOLDEN=write`.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import manifest from '../../frontend/package.json' with { type: 'json' };
import type { Act, Engine } from './api.ts';
import { b64 } from './canon.ts';
import type { Push } from './protocol.ts';
import { createDevice, DEVICE, type DeviceSchema, type Meta, type OutboxOp } from './schema.ts';
import { openRaw } from './testing/databases.ts';
import { acted, drained, eventually, OPTIONS, signedIn } from './testing/device.ts';
import { id, problem } from './testing/server.ts';
import { setting } from './testing/setting.ts';

const FOLDER = join(import.meta.dirname, '../../tests/golden');
const PUSH = '/api/sync/push';
const DAY = 86_400_000;

interface Golden {
  readonly release: string;
  readonly now: number;
  /** PKCS #8, base64url. */
  readonly server_key: string;
  readonly org: string;
  /** What was there: acts of the server, each with its own id. */
  readonly estate: readonly { readonly kind: string; readonly id: string; readonly fields: object }[];
  readonly certificates: readonly object[];
  readonly frame: Push;
  readonly outbox: readonly OutboxOp[];
  readonly end: Meta['end'];
}

const at = setting();
afterEach(() => vi.restoreAllMocks());

const ids = {
  ...{ admin: id('admin'), guard: id('guard'), mate: id('mate'), site: id('site'), east: id('post') },
  ...{ west: id('west'), team: id('team'), shift: id('shift'), mine: id('mine'), old: id('old role') },
};

function estate(now: number): Golden['estate'] {
  const since = now - 30 * DAY;
  const person = (who: string, staff_no: string, name: string) => ({
    kind: 'person.create',
    id: who,
    fields: { staff_no, name, team: ids.team, since },
  });
  const role = (name: string, who: string, what: string, where: object) => ({
    kind: 'role.grant',
    id: name,
    fields: { person: who, role: what, since, ...where },
  });
  const work = (start: number) => ({ start, end: start + DAY / 2, label: '1', date: '2026-11-22', night: false });
  return [
    { kind: 'org.create', id: at.server.org, fields: { name: 'Lake' } },
    { kind: 'site.create', id: ids.site, fields: { name: 'Lake Garden', zone: 'Asia/Shanghai' } },
    { kind: 'post.create', id: ids.east, fields: { site: ids.site, name: 'East', order: 1 } },
    { kind: 'post.create', id: ids.west, fields: { site: ids.site, name: 'West', order: 2 } },
    { kind: 'team.create', id: ids.team, fields: { name: 'Guards', site: ids.site } },
    person(ids.admin, 'A1', '管理员'),
    person(ids.guard, 'G1', '李卫国'),
    person(ids.mate, 'G2', '王建军'),
    role(id('role 1'), ids.admin, 'admin', {}),
    role(id('role 2'), ids.guard, 'guard', { site: ids.site }),
    role(id('role 3'), ids.mate, 'guard', { site: ids.site }),
    role(ids.old, ids.mate, 'clerk', { site: ids.site }),
    {
      kind: 'shift.assign',
      id: ids.shift,
      fields: { person: ids.guard, post: ids.east, team: ids.team, ...work(now + 2 * DAY) },
    },
    {
      kind: 'shift.assign',
      id: ids.mine,
      fields: { person: ids.guard, post: ids.east, team: ids.team, ...work(now - 60_000) },
    },
  ];
}

/** What somebody in the office does on a bad line. */
async function office(engine: Engine, now: number): Promise<void> {
  const act = (one: Act) => acted(engine, one);
  const site = await act({ kind: 'site.create', values: { name: '北区', zone: 'Asia/Shanghai' } });
  await act({ kind: 'post.create', values: { site: site.entity, name: '北门', order: 3 } });
  const team = await act({ kind: 'team.create', values: { name: '夜班', site: site.entity } });
  const since = now - 1000;
  const person = await act({
    kind: 'person.create',
    values: { staff_no: 'G9', team: team.entity, superior: ids.admin, shift: 'night', since },
    private: { name: '新人', phone: '13800000000' },
  });
  await act({ kind: 'person.assign', entity: person.entity, values: { team: ids.team, since: now } });
  const values = { person: person.entity, role: 'guard', site: site.entity, since, until: now + 90 * DAY };
  await act({ kind: 'role.grant', values });
  await act({ kind: 'role.end', entity: ids.old, values: { until: now } });
  const span = { since: now, until: now + DAY };
  await act({ kind: 'deputy.name', values: { absent: ids.admin, deputy: ids.mate, ...span } });
  const shift = { start: now + 5 * DAY, end: now + 5 * DAY + DAY / 2, date: '2026-11-27', label: '2', night: true };
  await act({ kind: 'shift.assign', values: { person: ids.mate, post: ids.west, team: ids.team, ...shift } });
  await act({ kind: 'person.dismiss', entity: person.entity, values: { dismissed: now + 60 * DAY } });
}

/** A guard's round. */
async function gate(engine: Engine, now: number): Promise<void> {
  const act = (one: Act) => acted(engine, one);
  const at_ = { site: ids.site, post: ids.east };
  await act({ kind: 'punch.record', values: { direction: 'in', shift: ids.mine, ...at_ } });
  const visit = await act({
    kind: 'visit.arrive',
    values: { ...at_, category: 'contractor', unit: '3-1201', companions: 2, pass_no: 'A7', expected_out: now + DAY },
    private: {
      ...{ name: '欧阳娜娜', phone: '13912345678', plate: '京A·12345', host: '张先生', purpose: '装修' },
      ...{ items: ['冲击钻', '梯子'], note: '已电话\n确认' },
    },
  });
  await act({ kind: 'visit.amend', entity: visit.entity, values: { unit: '3-1202', pass_no: null } });
  await act({ kind: 'visit.amend', entity: visit.entity, values: { id_kind: 'permit' }, private: { note: '补登' } });
  await act({ kind: 'visit.leave', entity: visit.entity, values: { left_post: ids.west } });
  const plain = await act({ kind: 'visit.arrive', values: { ...at_, category: 'courier' } });
  const unseen = await act({
    kind: 'visit.exit',
    values: { site: ids.site, left_post: ids.east, category: 'courier' },
    private: { plate: '沪B·54321' },
  });
  const joined = { kind: 'visit.join', entity: plain.entity, values: { joined: unseen.entity } };
  await act({ ...joined, dependsOn: [unseen.entity] });
  const give = { give: ids.shift, give_ver: ids.shift, mode: 'give_away', asked: [ids.mate] };
  const swap = await act({ kind: 'swap.request', values: give, private: { reason: '家里有事' } });
  await act({ kind: 'swap.withdraw', entity: swap.entity });
  await act({ kind: 'punch.record', values: { direction: 'out', again: true, shift: ids.mine, ...at_ } });
}

/** What today's app leaves on a device, ids and salts from dice that always fall alike. */
async function written(): Promise<Golden> {
  const { server, browser } = at;
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const text = b64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  server.signWith(pair.privateKey, text);
  server.hire('admin');
  server.hire('guard');
  const thrown = new Map<number, number>();
  const random = (bytes: number) => {
    const nth = (thrown.get(bytes) ?? 0) + 1;
    thrown.set(bytes, nth);
    return new Uint8Array(bytes).fill(bytes).map((value, i) => value + nth * (i + 1));
  };
  const engine = await browser.open(OPTIONS, { random, mono: () => 5_000 });
  server.fault = { instead: ({ path }) => (path === PUSH ? problem(503, 'busy') : undefined) };
  await signedIn(engine, 'admin');
  await office(engine, server.now);
  await signedIn(engine, 'guard');
  await gate(engine, server.now);
  await engine.signOut();
  const outbox = await browser.ops();
  const frame = await eventually(() => {
    const sent: Push | undefined = server.frames(PUSH).findLast(({ ops }) => ops.length === outbox.length);
    if (sent === undefined) engine.syncNow();
    if (sent === undefined) throw new Error('not all sent yet');
    return sent;
  });
  await browser.shut();
  const db = await openRaw<DeviceSchema>(browser.databases, DEVICE, createDevice);
  const certificates = (await db.getAll('certs')).map(({ body, sig }) => ({ body, sig }));
  const end = (await db.get('meta', 'end')) as Meta['end'];
  db.close();
  const server_key = b64(new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)));
  const { release, now, org } = { release: manifest.version, now: server.now, org: server.org };
  return { release, now, server_key, org, estate: estate(now), certificates, frame, outbox, end };
}

/** The queue without what signatures and certificates make different each time. */
function plain({ outbox, estate: there, end }: Golden): unknown {
  const auths = new Map<string, number>();
  const acts = outbox.map(({ head, prev, link, hash, ...kept }) => {
    const { auth, t, ...said } = JSON.parse(head) as { auth: string; t: { anchor: object | null } };
    if (!auths.has(auth)) auths.set(auth, auths.size);
    const anchor = t.anchor === null ? null : { ...t.anchor, token: '' };
    const lengths = [prev, link, hash].map((part) => part.length);
    return { ...kept, lengths, head: { ...said, auth: auths.get(auth), t: { ...t, anchor } } };
  });
  return { acts, there, end: end.n };
}

const files = () => readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Golden;

it('this release has its queue, and it is what the app writes', async () => {
  const name = `queue-${manifest.version}.json`;
  const today = await written();
  if (process.env['GOLDEN'] === 'write') writeFileSync(join(FOLDER, name), `${JSON.stringify(today, null, 1)}\n`);
  expect(files()).toContain(name);
  expect(plain(today)).toEqual(plain(read(name)));
});

it.each(files())('%s is sent by today’s app byte for byte [T27]', async (name) => {
  const { outbox, end, certificates } = read(name);
  const { server, browser } = at;
  const engine = await browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  await browser.shut();
  const db = await openRaw<DeviceSchema>(browser.databases, DEVICE, createDevice);
  const identity = (await db.get('meta', 'identity')) as Meta['identity'];
  for (const op of outbox) await db.put('ops', { ...op, gen: identity.gen });
  await db.put('meta', end, 'end');
  db.close();
  server.chains.get(identity.chain)?.links.splice(0, 1, outbox[0]?.prev ?? '');
  await drained(await browser.open());
  const sent = server.frames(PUSH).flatMap((frame: Push) => frame.ops);
  expect(sent).toEqual(
    outbox.map(({ head, private: hidden, salt }) => ({ head, ...(hidden && { private: hidden, salt }) })),
  );
  expect(certificates.length).toBeGreaterThan(2);
  expect(server.log).toHaveLength(outbox.length);
});
