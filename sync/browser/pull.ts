/** Pull: the verb (PROTOCOL §8), from the device's side. Comments carry its step numbers. */

import { about } from './about.ts';
import type { Topic } from './bus.ts';
import { type Core, recall, whoami } from './core.ts';
import { digests } from './digests.ts';
import { outcomes } from './outcomes.ts';
import { replays } from './own.ts';
import { tuckAway } from './private.ts';
import type { Page, PullReply, PullRequest } from './protocol.ts';
import { reoffer } from './push.ts';
import { applyPage, dropScope, keepStamp } from './rows.ts';
import type { Identity, Session } from './schema.ts';
import { meta, OldAppError, rowsDb, scoped, write } from './store.ts';
import { DeniedError, deviceToken } from './token.ts';
import { codeOf, NoAnswerError } from './transport.ts';

const COMPARE_MS = 3_600_000;
const GIVE_BACK_MS = 60_000;

/** Fetches until all heads are reached. Throws NoAnswerError (try later) or DeniedError (someone must act). */
export async function pull(core: Core): Promise<void> {
  const changed = new Set<Topic>();
  try {
    while (await pullOnce(core, changed));
  } finally {
    // 8.6: views refresh now, not page by page.
    core.store.bus.tell(changed);
  }
}

/** A place in the outbox. */
interface Place {
  readonly gen: number;
  readonly n: number;
}

async function pullOnce(core: Core, changed: Set<Topic>): Promise<boolean> {
  const { identity, session } = await whoami(core);
  if (identity === undefined || identity.gone !== undefined) return false;
  const active = session?.ended ? undefined : session;
  const request = await makeRequest(core, identity, active);
  const reply = await ask(core, identity, active, request);
  await core.time.note(core.store, reply.anchor);
  core.memory.grants = reply.grants;
  if (request.digests !== undefined) core.memory.compared = core.ports.mono();
  // It tells by a reset, or by another epoch than that of the stamp it gave last (9.4).
  const went = reply.reset.length > 0 || (request.echo !== null && request.echo.epoch !== reply.stamp.epoch);
  const ours = await acknowledged(core, identity, reply, went);
  // A server that holds less than it acknowledged is offered what it lost (P29), before anything else is taken: then it
  // would not tell again.
  if (ours !== null) await giveBack(core, ours.gen, ours.n + 1, went);
  // A person whose database must go is not written to first (8.7).
  await takeDevice(core, reply, changed);
  if (active !== undefined && !reply.delete.includes(active.person)) {
    await takePerson(core, ours, active, reply, changed);
  }
  for (const person of reply.delete) await forget(core, person);
  return reply.more;
}

/**
 * What the server acknowledges of this chain; null when it speaks of another chain, or of a fork of this one (8.6).
 * Nothing, when it went back and took another copy's acts in the place of those it had acknowledged here.
 */
async function acknowledged(core: Core, identity: Identity, { ack }: PullReply, went: boolean): Promise<Place | null> {
  const { gen } = identity;
  if (ack.chain !== identity.chain) return null;
  const held = await (await core.store.device()).getFromIndex('ops', 'position', [gen, ack.n]);
  const end = await recall(core, 'end');
  const forked = held !== undefined && held.link !== ack.link;
  // Ahead of what was acknowledged a fork is one of copies, unless the server went back.
  if ((forked || ack.n > (end?.n ?? 0)) && went) return { gen, n: 0 };
  if (forked) return held.open ? null : { gen, n: 0 };
  return { gen, n: ack.n };
}

/** Once a minute at most, unless it `went` back: a server whose pulls lag behind its pushes must not make a device spin. */
async function giveBack(core: Core, gen: number, n: number, went: boolean): Promise<void> {
  const { memory, ports } = core;
  if (!went && memory.gaveBack !== null && ports.mono() - memory.gaveBack < GIVE_BACK_MS) return;
  const { changed } = await reoffer(core, gen, n);
  if (changed) memory.gaveBack = ports.mono();
}

// 8.1
async function makeRequest(core: Core, identity: Identity, session: Session | undefined): Promise<PullRequest> {
  const device = await core.store.device();
  const tx = device.transaction(['meta', 'cursors', 'stamp']);
  const end = await meta(tx.objectStore('meta'), 'end');
  const anchor = await meta(tx.objectStore('meta'), 'anchor');
  const echo = (await tx.objectStore('stamp').get('stamp')) ?? null;
  const own = await tx.objectStore('cursors').getAll();
  const theirs = session === undefined ? [] : await (await core.store.person(session.person)).getAll('cursors');
  const cursors = Object.fromEntries(
    [...own, ...theirs].map(({ scope, epoch, seq }) => [scope, [epoch, seq] as const]),
  );
  const frame = { device: identity.device, chain: identity.chain, cursors, echo, about: await about(core) };
  const request = { ...frame, end: { n: end?.n ?? 0, anchor: anchor?.token ?? null } };
  const compare = core.memory.compared === null || core.ports.mono() - core.memory.compared > COMPARE_MS;
  if (!compare) return request;
  const held = session === undefined ? {} : await digests(rowsDb(await core.store.person(session.person)));
  return { ...request, digests: { ...(await digests(rowsDb(device))), ...held } };
}

async function ask(
  core: Core,
  identity: Identity,
  session: Session | undefined,
  frame: PullRequest,
): Promise<PullReply> {
  for (let attempt = 0; ; attempt += 1) {
    const token = await deviceToken(core, identity);
    const signedIn = session === undefined ? {} : { Authorization: `Bearer ${session.session}` };
    const reply = await core.transport.post('/api/sync/pull', frame, { 'X-Gatehouse-Device': token, ...signedIn });
    if (reply.status === 200) return shaped(reply.body);
    const code = codeOf(reply);
    if (code === 'device_revoked' || code === 'session_ended') throw new DeniedError(code);
    if (code === 'app_too_old') throw new OldAppError(code);
    core.memory.token = null;
    if (reply.status !== 401 || attempt > 0) throw new NoAnswerError('unreachable', reply.status);
  }
}

function shaped(body: unknown): PullReply {
  const reply = body as PullReply;
  const lists = [reply.pages, reply.drop, reply.reset, reply.delete, reply.grants?.scopes];
  const maps = [reply.heads, reply.keys, reply.stamp, reply.ack];
  if (!lists.every(Array.isArray) || !maps.every((map) => map !== null && typeof map === 'object')) {
    throw new NoAnswerError('not_json');
  }
  return reply;
}

const isDevice = (scope: string) => scope.startsWith('device:') || scope.startsWith('post:');

async function takeDevice(core: Core, reply: PullReply, changed: Set<Topic>): Promise<void> {
  const pages = reply.pages.filter((page) => isDevice(page.scope));
  const decided = await write(
    await core.store.device(),
    ['rows', 'cursors', 'keys', 'stamp', 'meta', 'ops'],
    'relaxed',
    async (tx) => {
      for (const scope of [...reply.drop, ...reply.reset].filter(isDevice)) await dropScope(scoped(tx), scope, changed);
      for (const page of pages) await applyPage(scoped(tx), page, core.options.orders, changed);
      await keepStamp(scoped(tx), reply.stamp);
      if (!reply.more) await tx.objectStore('meta').put(core.time.now(), 'exchanged');
      return outcomes(tx, pages, reply.vouchers ?? {});
    },
  );
  if (decided.length === 0) return;
  await tuckAway(core, decided);
  changed.add('ops');
}

// 8.2–8.6: all of a reply in one transaction, the mark with the page that reaches the heads.
async function takePerson(
  core: Core,
  ours: Place | null,
  session: Session,
  reply: PullReply,
  changed: Set<Topic>,
): Promise<void> {
  const db = await core.store.person(session.person);
  await write(db, ['rows', 'cursors', 'keys', 'stamp', 'mark'], 'relaxed', async (tx) => {
    for (const scope of [...reply.drop, ...reply.reset].filter((scope) => !isDevice(scope))) {
      await dropScope(scoped(tx), scope, changed);
    }
    for (const scope of reply.drop) await tx.objectStore('keys').delete(scope);
    for (const [scope, key] of Object.entries(reply.keys)) await tx.objectStore('keys').put(key, scope);
    for (const page of reply.pages.filter((page) => !isDevice(page.scope))) {
      await applyPage(scoped(tx), page, core.options.orders, changed);
    }
    const cursors = new Map((await tx.objectStore('cursors').getAll()).map(({ scope, seq }) => [scope, seq]));
    const heads = Object.entries(reply.heads).filter(([scope]) => !isDevice(scope));
    if (ours === null || heads.some(([scope, seq]) => (cursors.get(scope) ?? 0) < seq)) return;
    // Also when it lies below the mark before: a server that went back in time no longer has what lay between.
    const held = await tx.objectStore('mark').get('mark');
    const mark = { ...ours, at: core.time.now() };
    if (held?.gen !== mark.gen || held.n !== mark.n) changed.add('ops');
    await tx.objectStore('mark').put(mark, 'mark');
  });
  await noteUse(core, session);
}

/** Notes that the person's database is in use, and the person's name as their own row tells it. */
async function noteUse(core: Core, session: Session): Promise<void> {
  const row = await (await core.store.person(session.person)).get('rows', session.person);
  const told = row?.body.f['name'];
  const renamed = await write(await core.store.device(), ['people'], 'relaxed', async (tx) => {
    const held = await tx.objectStore('people').get(session.person);
    const name = typeof told === 'string' ? told : (held?.name ?? '');
    await tx.objectStore('people').put({ person: session.person, name, used: core.time.atLeast() });
    return held?.name !== name;
  });
  if (renamed) core.store.bus.tell(['who']);
}

/** 8.7: deletes a person's database, and the session when it is theirs. Acts in the outbox stay and are sent. */
export async function forget(core: Core, person: string): Promise<void> {
  await write(await core.store.device(), ['people', 'meta'], 'strict', async (tx) => {
    await tx.objectStore('people').delete(person);
    const session = await meta(tx.objectStore('meta'), 'session');
    if (session?.person === person) await tx.objectStore('meta').delete('session');
  });
  await core.store.forget(person);
  core.store.bus.tell(['who', 'ops']);
}

/** Whether this device holds everything up to these heads; false of what is no map of heads. */
export async function reached(core: Core, heads: unknown): Promise<boolean> {
  if (heads === null || typeof heads !== 'object') return false;
  const { session } = await whoami(core);
  const own = await (await core.store.device()).getAll('cursors');
  const theirs =
    session === undefined || session.ended ? [] : await (await core.store.person(session.person)).getAll('cursors');
  const held = new Map([...own, ...theirs].map(({ scope, seq }) => [scope, seq]));
  return Object.entries(heads).every(([scope, seq]) => (held.get(scope) ?? 0) >= Number(seq));
}

/** A page that came over the socket (11.2): only into a view that replays nothing; false when it must be pulled. */
export async function takePage(core: Core, page: Page): Promise<boolean> {
  const { session } = await whoami(core);
  if (session === undefined || session.ended || isDevice(page.scope)) return false;
  if (!core.memory.grants?.scopes.includes(page.scope)) return false;
  const db = await core.store.person(session.person);
  const mark = await db.get('mark', 'mark');
  const ops = await (await core.store.device()).getAllFromIndex('ops', 'actor', session.person);
  if (ops.some((op) => replays(op, mark))) return false;
  const changed = new Set<Topic>();
  const taken = await write(db, ['rows', 'cursors', 'keys', 'stamp'], 'relaxed', (tx) =>
    applyPage(scoped(tx), page, core.options.orders, changed),
  );
  core.store.bus.tell(changed);
  return taken;
}
