/** How the TypeScript half runs a case of each vector topic (`sync/vectors/README.md`). */

import 'fake-indexeddb/auto';
import type { EngineOptions } from '../api.ts';
import { apply, type Body } from '../apply.ts';
import * as canon from '../canon.ts';
import * as chain from '../chain.ts';
import * as clock from '../clock.ts';
import type { Decision } from '../decision.ts';
import * as digest from '../digest.ts';
import { entityKind, type Kind } from '../entities.ts';
import * as ids from '../ids.ts';
import { verify } from '../keys.ts';
import { blank, close, notices } from '../notices.ts';
import { check, known, MalformedError, type Op, parseHead, parsePrivate } from '../ops.ts';
import * as protocol from '../protocol.ts';
import { PARKED, REFUSED } from '../refusals.ts';
import { applyPage, dropScope } from '../rows.ts';
import { createPerson, type PersonSchema } from '../schema.ts';
import { scopesOf } from '../scopes.ts';
import { seal } from '../seal.ts';
import * as shade from '../shade.ts';
import { type Leaf, leafText, logHash, logRoot, stampMessage } from '../stamp.ts';
import { scoped, write } from '../store.ts';
import { upcast } from '../upcast.ts';
import { openRaw } from './databases.ts';

// biome-ignore lint/suspicious/noExplicitAny: a case is whatever JSON its topic has
type Json = Record<string, any>;

export interface Vector {
  readonly name: string;
  readonly fault: string;
  readonly given: Json;
  readonly expected: Json;
}

type Runner = (given: Json, expected: Json) => unknown;

const ORDERS: EngineOptions['orders'] = {};

export const RUNNERS: Readonly<Record<string, Runner>> = {
  apply: ({ body, steps }) => {
    const before = JSON.stringify(body);
    let after: Body | null = body;
    for (const { op, decision } of steps) after = apply(after, op, decision);
    const last = steps.at(-1);
    const again = apply(after, last.op, last.decision);
    if (JSON.stringify(body) !== before) throw new Error('the given body was changed');
    if (canon.encode(again) !== canon.encode(after)) throw new Error('a second time changes it');
    return { body: after };
  },
  canon: (given) => {
    if ('value' in given) {
      const text = canon.encode(given['value']);
      if (canon.encode(canon.decode(text)) !== text) throw new Error('decode does not give the value back');
      return { text };
    }
    return orError(canon.NotCanonicalError, 'not_canonical', () => {
      if ('base64url' in given) return { hex: canon.hex(canon.unb64(given['base64url'])) };
      return { value: canon.decode('hex' in given ? textOf(given['hex']) : given['text']) };
    });
  },
  chain: (given) => {
    if ('root' in given) return { link: chain.root(given['root'].device, given['root'].chain, given['root'].follows) };
    const hashes = given['heads'].map(chain.headHash);
    return { hashes, links: chain.links(given['start'], hashes) };
  },
  check: ({ head: text, private: private_, salt }, expected) => {
    try {
      const head = parseHead(text);
      const part = parsePrivate(head, private_, salt);
      const kind = known(head);
      if (kind === undefined) return { outcome: 'unknown_kind' };
      check(head, part, kind);
      return { outcome: 'well_formed' };
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return 'field' in expected ? { outcome: 'malformed', field: error.field } : { outcome: 'malformed' };
    }
  },
  clock: (given) => {
    if ('token' in given) return { parts: clock.anchorParts(given['token']) };
    return { interval: clock.interval(given['t'], given['anchor_ms'], given['received'], given['floor']) };
  },
  commitment: ({ salt, private: text }) => ({ com: canon.commit(canon.unb64(salt), text) }),
  convergence: ({ ops }, { decisions, notices: told }) => {
    let body: Body | null = null;
    const made: Body[] = [];
    ops.forEach(({ op }: { op: Op }, i: number) => {
      const decision: Decision = decisions[i];
      made.push(...notices(op, decision, body));
      body = apply(body, op, decision);
    });
    return { decisions, body, notices: told === undefined ? undefined : made };
  },
  digest: (given) => {
    if ('entity' in given) return { weight: digest.weight(given['entity'], given['version']) };
    if ('server' in given) return { days: digest.differing(given['server'], given['device'], given['today']) };
    const pairs: [string, string][] = given['sum'];
    const days = pairs.reduce((all: digest.Days, pair) => digest.add(all, 0, ...pair), {});
    const [count, sum] = days[0] ?? [0, 0];
    return { count, sum };
  },
  ids: (given) => {
    if ('uuid7' in given) return { id: ids.uuid7(given['uuid7'].ms, canon.unhex(given['uuid7'].random)) };
    if ('derived' in given) return { id: ids.derived(...given['derived']) };
    return { is: ids.isUuid(given['is_uuid']) };
  },
  log: (given) => {
    if ('org' in given) return { hash: logRoot(given['org']) };
    if ('leaf' in given) return { text: leafText(given['leaf'] as Leaf) };
    return { hash: logHash(given['previous'], given['text']) };
  },
  messages: (given) => {
    const { push, last, results, chain: id, stamp, anchor, token, rechain, cert, vouchers, sealed } = given;
    if (vouchers !== undefined) return { text: protocol.vouchersMessage(id, vouchers, stamp) };
    if (sealed !== undefined) return { text: protocol.sealedMessage(sealed.op, sealed.com) };
    if ('seal_key' in given) return { text: protocol.sealKeyMessage(given['seal_key']) };
    if (push !== undefined) return { text: protocol.pushMessage(push, last) };
    if (results !== undefined) return { text: protocol.resultsMessage(id, results, stamp) };
    if (anchor !== undefined) return { text: clock.anchorMessage(anchor.ms, anchor.nonce) };
    if (token !== undefined) return { text: protocol.tokenMessage(token.device, token.chain, token.anchor) };
    if (cert !== undefined) return { text: protocol.certMessage(cert) };
    if (rechain === undefined) return { text: stampMessage(stamp) };
    return { text: protocol.rechainMessage(rechain.device, rechain.chain, rechain.follows, rechain.key) };
  },
  notice_closing: (given) => {
    if ('close' in given) return { notice: close(given['close'], given['op']) };
    return { notice: blank(given['blank'], given['kind'], given['ver'] ?? undefined) };
  },
  notices: ({ op, decision, before }) => ({ notices: notices(op, decision, before) }),
  pages: ({ steps }) => pages(steps),
  refusals: ({ code }) => {
    const families = [(REFUSED as readonly string[]).includes(code), (PARKED as readonly string[]).includes(code)];
    return { family: families[0] ? 'refused' : families[1] ? 'parked' : undefined };
  },
  scopes: ({ body, org }) => ({ scopes: scopesOf(body, org).sort() }),
  sealed: async ({ op, com, private: text, salt, server, once }) => {
    const { d: _d, ...open } = once;
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const privateKey = await crypto.subtle.importKey('jwk', once, curve, false, ['deriveBits']);
    const publicKey = await crypto.subtle.importKey('jwk', open, curve, true, []);
    const made = await seal(server, [{ id: op, com, private: text, salt }], { privateKey, publicKey });
    return { sealed: made.get(op) };
  },
  shade: (given) => {
    const { body, key, now, expiry_of, masked, field, keyed, fold } = given;
    if (body !== undefined) return { body: shade.shade(body, canon.unhex(key), now) };
    if (expiry_of !== undefined) return { day: shade.expiryDay(expiry_of) };
    if (keyed !== undefined) return { hash: shade.keyedHash(canon.unhex(key), field, keyed) };
    if (fold !== undefined) return { text: shade.fold(fold) };
    const declared = entityKind('visit').fields[field];
    return { text: declared && shade.masked(declared, masked) };
  },
  upcast: ({ kind, op, version }) =>
    orError(MalformedError, 'malformed', () => ({ op: upcast(op as Op, kind as Kind, version) })),
  signatures: async ({ key, message, sig }) => ({ valid: await verify(key, message, sig) }),
};

function orError(expected: new (rule: string) => Error, code: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof expected) return { error: code };
    throw error;
  }
}

/** The text of bytes; those that are no UTF-8 are not canonical before they are anything. */
function textOf(hex: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(canon.unhex(hex));
  } catch {
    throw new canon.NotCanonicalError('not UTF-8');
  }
}

/** Runs the steps on a database of a person, as a device would. */
async function pages(steps: readonly Json[]): Promise<unknown> {
  const db = await openRaw<PersonSchema>(new IDBFactory(), 'pages', createPerson);
  const applied: boolean[] = [];
  for (const { page, drop, reset } of steps) {
    await write(db, ['rows', 'cursors', 'keys', 'stamp'], 'relaxed', async (tx) => {
      if (page === undefined) await dropScope(scoped(tx), drop ?? reset, new Set());
      else applied.push(await applyPage(scoped(tx), page, ORDERS, new Set()));
    });
  }
  const rows = await db.getAll('rows');
  const cursors = await db.getAll('cursors');
  return {
    applied,
    rows: Object.fromEntries(rows.map(({ id, n, body }) => [id, [n, body]])),
    scopes: Object.fromEntries(rows.map(({ id, scopes }) => [id, [...scopes].sort()])),
    cursors: Object.fromEntries(cursors.map(({ scope, epoch, seq }) => [scope, [epoch, seq]])),
    stamp: (await db.get('stamp', 'stamp')) ?? null,
  };
}
