/**
 * A small server for the tests of a device: it keeps chains, decides as it is told, answers signed, and can be made to
 * fail. What decides for real is Python; this one only has to speak the protocol.
 */

import { apply, type Body } from '../apply.ts';
import { encode, hex, sha256 } from '../canon.ts';
import { links as chainLinks, type End, headHash, root } from '../chain.ts';
import type { Decision, Outcome } from '../decision.ts';
import { derived, uuid7 } from '../ids.ts';
import { makeKey, sign, verify } from '../keys.ts';
import { notices } from '../notices.ts';
import { type Head, type Op, parseHead, parsePrivate } from '../ops.ts';
import * as protocol from '../protocol.ts';
import { scopesOf } from '../scopes.ts';
import { stampMessage } from '../stamp.ts';
import { Vault } from './vault.ts';

/** A device's chain as the server holds it; `links[n]` is the link of op n. */
interface HeldChain {
  readonly device: string;
  readonly id: string;
  readonly key: string;
  readonly links: string[];
}

interface Feed {
  seq: number;
  readonly at: Map<string, { seq: number; gone: boolean }>;
}

export interface Request {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: a frame as the device sent it
  readonly body: any;
}

/** Stands in for the server's answer, before it does anything (`instead`) or after it did it all (`after`). */
export interface Fault {
  instead?(request: Request): Response | undefined | Promise<Response | undefined>;
  after?(request: Request): Response | undefined;
}

export const json = (body: unknown, status = 200, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } });

export const problem = (status: number, code: string) => json({ code, status }, status, 'application/problem+json');

export class TestServer {
  org = id('org');
  readonly requests: Request[] = [];
  /** Ids of all ops ever decided, in order: an op twice in it would have had its effect twice. */
  readonly log: string[] = [];
  readonly chains = new Map<string, HeldChain>();
  readonly entities = new Map<string, { n: number; body: Body }>();
  readonly results = new Map<string, { hash: string; d: Outcome; code: string | null }>();
  readonly people = new Map<string, { person: string; scopes: string[] }>();
  readonly siteKeys: Record<string, string> = {};
  /** Posts by the devices that are their kiosks. */
  readonly kiosks = new Map<string, string>();
  decide: (op: Op) => { d: Outcome; code?: string } = () => ({ d: 'applied' });
  fault: Fault = {};
  /** Changes what is answered. */
  rewrite: (path: string, response: Response) => Response | Promise<Response> = (_path, response) => response;
  now = 1_795_000_000_000;
  epoch = 'e1';
  pageRows = 1000;
  revoked = false;
  sessionsEnded = false;
  toDelete: string[] = [];
  knownCertificates: Set<string> | null = null;
  /** An older server has no key to seal to, and knows no vouchers. */
  older = false;
  readonly #vault = new Vault();
  readonly #feeds = new Map<string, Feed>();
  readonly #sessions = new Map<string, string>();
  #n = 0;
  #key!: { key: CryptoKey; text: string };

  static async start(): Promise<TestServer> {
    const server = new TestServer();
    server.#key = await makeKey();
    await server.#vault.open();
    return server;
  }

  /** Signs with another key from now on. */
  signWith(key: CryptoKey, text: string): void {
    this.#key = { key, text };
  }

  /** A person who can sign in by `login`, and the scopes beside their own that they may hold. */
  hire(login: string, ...scopes: string[]): string {
    const person = id(login);
    this.people.set(login, { person, scopes: [`org:${this.org}`, `person:${person}`, ...scopes] });
    const body = { at: 1, by: person, f: { name: `Name of ${login}` }, id: person, kind: 'person', ver: person };
    this.put(body);
    return person;
  }

  /** Puts an entity as it is into its scopes. */
  put(body: Body): void {
    this.#n += 1;
    this.entities.set(body.id, { n: this.#n, body });
    for (const scope of scopesOf(body, this.org)) this.#enter(scope, body.id, false);
  }

  /** Makes a device a post's kiosk, as `device.kiosk` does; a personal one again with null. */
  makeKiosk(device: string, post: string | null): void {
    if (post === null) this.kiosks.delete(device);
    else this.kiosks.set(device, post);
    const place = { post, name: 'East gate', site: id('site'), site_name: 'Lake', zone: 'Asia/Shanghai' };
    const f = { device, label: 'East tablet', ...(post === null ? {} : place) };
    const ver = derived('kiosk', device, String(this.#n));
    this.put({ at: this.now, by: device, f, id: derived('kiosk', device), kind: 'kiosk', ver });
  }

  /** Takes an entity out of a scope. */
  leave(scope: string, entity: string): void {
    this.#enter(scope, entity, true);
  }

  /** Forgets all ops of a chain after number n, as a database restored from a backup does. */
  rewind(chain: string, n: number): void {
    this.chains.get(chain)?.links.splice(n + 1);
  }

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const request = { path, body: init.body === undefined ? null : JSON.parse(String(init.body)) };
    this.requests.push(request);
    const instead = await this.fault.instead?.(request);
    if (instead !== undefined) return instead;
    const response = await this.#serve(request, new Headers(init.headers));
    return this.fault.after?.(request) ?? this.rewrite(path, response);
  }

  /** The frames of one path, oldest first. */
  frames(path: string): Request['body'][] {
    return this.requests.filter((request) => request.path === path).map(({ body }) => body);
  }

  async anchor(): Promise<string> {
    return `${this.now}.nonce.${await sign(this.#key.key, `gh-anchor-1${this.now}.nonce`)}`;
  }

  async #serve({ path, body }: Request, headers: Headers): Promise<Response> {
    switch (path) {
      case '/api/sync/server': {
        const limits = { max_ops: 500, max_bytes: 1_048_576 };
        const info = { protocol: 1, key: this.#key.text, anchor: await this.anchor(), ...limits };
        if (this.older) return json(info);
        const key = this.#vault.public;
        return json({ ...info, seal: { key, sig: await sign(this.#key.key, protocol.sealKeyMessage(key)) } });
      }
      case '/api/devices/enrol':
        return this.#enrol(body);
      case '/api/devices/chains':
        return this.#rechained(body);
      case '/api/devices/token': {
        const chain = this.chains.get(body.chain);
        const message = protocol.tokenMessage(body.device, body.chain, body.anchor);
        if (chain === undefined || !(await verify(chain.key, message, body.sig))) return problem(401, 'unknown_device');
        return json({ token: `token ${body.chain}`, expires: this.now + 600_000 });
      }
      case '/api/auth/sign-in':
        return this.#signIn(body, headers);
      case '/api/sync/push':
        return this.#push(body);
      case '/api/sync/pull':
        return this.#pull(body, headers);
      default:
        return problem(404, 'not_found');
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame as the device sent it
  async #enrol(frame: any): Promise<Response> {
    const known = this.people.get(frame.login);
    if (known === undefined) return problem(401, 'bad_login');
    const device = id(`device ${frame.chain}`);
    this.#begin(device, frame.chain, frame.key, frame.follows);
    const enrolled = await this.#certificate({ chain: frame.chain, device, key: frame.key, type: 'enrol' });
    return json(await this.#session(known.person, device, [enrolled]), 201);
  }

  async #signIn({ login }: { login: string }, headers: Headers): Promise<Response> {
    const known = this.people.get(login);
    const chain = this.#authenticated(headers);
    if (known === undefined || chain === undefined) return problem(401, 'bad_login');
    return json(await this.#session(known.person, chain.device, []));
  }

  async #session(person: string, device: string, certificates: protocol.Certificate[]) {
    const session = `session ${person}`;
    this.#sessions.set(session, person);
    const signedIn = await this.#certificate({ device, person, type: 'sign_in' });
    return { device, org: this.org, person, session, certificates: [...certificates, signedIn] };
  }

  async #certificate(fields: Record<string, string>): Promise<protocol.Certificate> {
    const certificate = id(`certificate ${Math.random()}`);
    const body = encode({ at: this.now, id: certificate, org: this.org, ...fields });
    this.knownCertificates?.add(certificate);
    return { body, sig: await sign(this.#key.key, protocol.certMessage(body)) };
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame as the device sent it
  async #rechained({ device, chain, follows, key, sig }: any): Promise<Response> {
    const old = this.chains.get(follows.chain);
    const message = protocol.rechainMessage(device, chain, follows, key);
    if (old === undefined || !(await verify(old.key, message, sig))) return problem(401, 'unknown_device');
    this.#begin(device, chain, key, follows);
    return json({ certificate: await this.#certificate({ chain, device, key, type: 'enrol' }) });
  }

  #begin(device: string, chain: string, key: string, follows: End | null): void {
    this.chains.set(chain, { device, id: chain, key, links: [root(device, chain, follows)] });
  }

  async #push(frame: protocol.Push): Promise<Response> {
    const chain = this.chains.get(frame.chain.id);
    if (chain === undefined) return problem(401, 'unknown_device');
    const hashes = frame.ops.map((op) => ('head' in op ? headHash(op.head) : op.head_hash));
    const links = [frame.prev, ...chainLinks(frame.prev, hashes)];
    const message = protocol.pushMessage(frame, links.at(-1) ?? '');
    if (!(await verify(chain.key, message, frame.sig))) return problem(401, 'bad_signature');
    for (const { body } of frame.certs ?? []) this.knownCertificates?.add(JSON.parse(body).id);
    const auths = frame.ops.map((op) => ('head' in op ? (JSON.parse(op.head) as Head).auth : 'none'));
    const unknown = auths.filter((auth) => auth !== 'none' && this.knownCertificates?.has(auth) === false);
    if (unknown.length > 0) return json({ need_certs: unknown });
    const held = chain.links.length - 1;
    if (frame.first > held + 1) return json({ need: held + 1 });
    const shared = Math.min(held, frame.first - 1 + frame.ops.length);
    if (chain.links[shared] !== links[shared - frame.first + 1]) {
      return json({ rechain: true, have: held, link: chain.links[held] });
    }
    if (this.older && frame.ops.some((op) => 'sealed' in op || 'voucher' in op)) return problem(400, 'bad_frame');
    const opened = await Promise.all(frame.ops.map((op) => this.#vault.unsealed(op)));
    const results = opened.map((op, i) =>
      this.#decided(chain, frame.first + i, op, hashes[i] ?? '', links[i + 1] ?? ''),
    );
    const stamp = await this.#stamp();
    const sig = await sign(this.#key.key, protocol.resultsMessage(chain.id, results, stamp));
    const reply = { ack: chain.links.length - 1, results, stamp, anchor: await this.anchor(), sig };
    if (this.older) return json(reply);
    const vouchers = results.map(([, op, d, code]) => (op === null ? '' : JSON.stringify({ op, d, code })));
    const vouched = await sign(this.#key.key, protocol.vouchersMessage(chain.id, vouchers, stamp));
    return json({ ...reply, vouchers, vouched });
  }

  #decided(chain: HeldChain, n: number, sent: protocol.SentOp, hash: string, link: string): protocol.OpResult {
    if (n === chain.links.length) chain.links.push(link);
    if (!('head' in sent)) return [n, null, 'refused', 'unsendable'];
    const head = parseHead(sent.head);
    const op = { head, private: parsePrivate(head, sent.private ?? null, sent.salt ?? null) };
    const before = this.results.get(head.id);
    if (before !== undefined && before.hash !== hash) return [n, head.id, 'refused', 'op_id_reused'];
    if (before !== undefined) return [n, head.id, before.d, before.code];
    const said = sent.voucher === undefined ? undefined : JSON.parse(sent.voucher);
    const { d, code = null } = said?.op === head.id ? said : this.decide(op);
    this.log.push(head.id);
    this.results.set(head.id, { hash, d, code });
    this.#effect(chain, op, { d, t: [this.now, this.now, this.now, 'live'], ...(code === null ? {} : { code }) });
    return [n, head.id, d, code];
  }

  #effect(chain: HeldChain, op: Op, decision: Decision): void {
    const before = this.entities.get(op.head.entity)?.body ?? null;
    const after = apply(before, op, decision);
    if (after !== null && after !== before) this.put(after);
    for (const notice of notices(op, decision, before)) this.put(notice);
    if (decision.d === 'applied') return;
    const f = {
      op: op.head.id,
      d: decision.d,
      device: chain.device,
      ...(decision.code ? { code: decision.code } : {}),
    };
    const outcome = derived('outcome', op.head.id);
    this.put({ at: this.now, by: op.head.actor, f, id: outcome, kind: 'outcome', ver: derived('outcome', decision.d) });
  }

  /** Gives a held op its new decision, as its cause arriving would. */
  release(op: Op, device: string): void {
    this.results.set(op.head.id, { hash: this.results.get(op.head.id)?.hash ?? '', d: 'applied', code: null });
    const after = apply(this.entities.get(op.head.entity)?.body ?? null, op, {
      d: 'applied',
      t: [this.now, this.now, this.now, 'live'],
    });
    if (after !== null) this.put(after);
    const f = { op: op.head.id, d: 'applied', device };
    const outcome = derived('outcome', op.head.id);
    this.put({ at: this.now, by: op.head.actor, f, id: outcome, kind: 'outcome', ver: derived('outcome', 'freed') });
  }

  async #pull(frame: protocol.PullRequest, headers: Headers): Promise<Response> {
    const chain = this.#authenticated(headers);
    if (chain === undefined || chain.id !== frame.chain) return problem(401, 'bad_token');
    if (this.revoked) return problem(403, 'device_revoked');
    const session = headers.get('Authorization')?.replace('Bearer ', '');
    if (session !== undefined && this.sessionsEnded) return problem(401, 'session_ended');
    const person = this.#sessions.get(session ?? '');
    const theirs = [...this.people.values()].find((one) => one.person === person)?.scopes ?? [];
    const post = this.kiosks.get(chain.device);
    const scopes = [`device:${chain.device}`, ...(post === undefined ? [] : [`post:${post}`]), ...theirs].sort();
    const reset = Object.entries(frame.cursors)
      .filter(
        ([scope, [epoch, seq]]) => scopes.includes(scope) && (epoch !== this.epoch || seq > this.#feed(scope).seq),
      )
      .map(([scope]) => scope);
    let room = this.pageRows;
    const pages: protocol.Page[] = [];
    for (const scope of scopes) {
      const after = reset.includes(scope) ? 0 : (frame.cursors[scope]?.[1] ?? 0);
      if (room <= 0 || (after >= this.#feed(scope).seq && scope in frame.cursors && !reset.includes(scope))) continue;
      const page = this.page(scope, after, room);
      room -= page.rows.length + page.gone.length;
      pages.push(page);
    }
    const heads = Object.fromEntries(scopes.map((scope) => [scope, this.#feed(scope).seq]));
    const reached = new Map(pages.map((page) => [page.scope, page.upto]));
    const more = scopes.some((scope) => (reached.get(scope) ?? frame.cursors[scope]?.[1] ?? 0) < this.#feed(scope).seq);
    const granted = new Set(scopes);
    return json({
      ack: { chain: chain.id, link: chain.links.at(-1) ?? '', n: chain.links.length - 1 },
      anchor: await this.anchor(),
      delete: this.toDelete,
      drop: Object.keys(frame.cursors).filter((scope) => !granted.has(scope)),
      epoch: this.epoch,
      grants: { version: hex(sha256(scopes.join())).slice(0, 16), scopes },
      heads,
      keys: Object.fromEntries(Object.entries(this.siteKeys).filter(([scope]) => granted.has(scope))),
      more,
      pages,
      reset,
      stamp: await this.#stamp(),
    });
  }

  /** The next piece of a scope. */
  page(scope: string, after: number, room = this.pageRows): protocol.Page {
    const news = [...this.#feed(scope).at].filter(([, { seq }]) => seq > after).sort(([, a], [, b]) => a.seq - b.seq);
    const taken = news.slice(0, room);
    const rows = taken
      .filter(([, { gone }]) => !gone)
      .map(([entity]) => this.entities.get(entity))
      .filter((row) => row !== undefined);
    const upto = taken.length < news.length ? (taken.at(-1)?.[1].seq ?? after) : this.#feed(scope).seq;
    return {
      ...{ scope, epoch: this.epoch, after, upto },
      rows: rows.map(({ n, body }) => [n, body] as const),
      gone: taken.filter(([, { gone }]) => gone).map(([entity]) => entity),
    };
  }

  #authenticated(headers: Headers): HeldChain | undefined {
    return this.chains.get(headers.get('X-Gatehouse-Device')?.replace('token ', '') ?? '');
  }

  #feed(scope: string): Feed {
    const feed = this.#feeds.get(scope) ?? { seq: 0, at: new Map() };
    this.#feeds.set(scope, feed);
    return feed;
  }

  #enter(scope: string, entity: string, gone: boolean): void {
    const feed = this.#feed(scope);
    feed.seq += 1;
    feed.at.set(entity, { seq: feed.seq, gone });
  }

  async #stamp() {
    const stamp = { epoch: this.epoch, hash: hex(sha256(String(this.#n))), n: this.#n, org: this.org };
    return { ...stamp, sig: await sign(this.#key.key, stampMessage(stamp)) };
  }
}

/** An id that follows from a name. */
export function id(name: string): string {
  return uuid7(1_795_000_000_000, sha256(name));
}
