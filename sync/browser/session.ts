/** Who is here: enrolment, sign-in, sign-out, revocation (PROTOCOL §4, P9, P13). */

import type { Answer, Problem, Who } from './api.ts';
import type { End } from './chain.ts';
import { adopt, disown, kept } from './chains.ts';
import { type Core, recall } from './core.ts';
import { uuid7 } from './ids.ts';
import { makeKey } from './keys.ts';
import { readMarker } from './marker.ts';
import { outOfRoom, record } from './outbox.ts';
import type { SignedIn } from './protocol.ts';
import { forget } from './pull.ts';
import { introduce } from './push.ts';
import type { Identity, KeptCertificate } from './schema.ts';
import { type DeviceTx, meta, OldAppError, write } from './store.ts';
import { DeniedError, deviceToken, serverInfo } from './token.ts';
import { codeOf, NoAnswerError, problemOf, type Reply } from './transport.ts';

interface Login {
  readonly login: string;
  readonly password: string;
  readonly org?: string;
}

/** Signs a person in, and enrols this browser first when it is not or no longer enrolled. Needs the network. */
export async function signIn(core: Core, login: Login): Promise<Answer<Who>> {
  try {
    const answer = await attempt(core, login);
    const code = 'problem' in answer ? answer.problem.code : null;
    if (code !== 'device_revoked' && code !== 'unknown_device') return answer;
    // The device hears only now that it is not what it thinks: its certificates may help, else it enrols anew.
    if (code === 'device_revoked') await revoked(core);
    else await introduce(core).catch(ignoreNoAnswer);
    return await attempt(core, login);
  } catch (error) {
    if (error instanceof OldAppError) return { problem: { code: 'old_app' } };
    if (outOfRoom(error)) return { problem: { code: 'storage_full' } };
    return { problem: problemOf(error) };
  }
}

async function attempt(core: Core, login: Login): Promise<Answer<Who>> {
  const identity = await recall(core, 'identity');
  const enrolled = identity !== undefined && identity.gone === undefined;
  return enrolled ? known(core, identity, login) : enrol(core, identity, login);
}

function ignoreNoAnswer(error: unknown): void {
  if (!(error instanceof NoAnswerError)) throw error;
}

// 4.2
async function known(core: Core, identity: Identity, login: Login): Promise<Answer<Who>> {
  let token: string;
  try {
    token = await deviceToken(core, identity);
  } catch (error) {
    if (error instanceof DeniedError) return { problem: { code: error.code } };
    throw error;
  }
  const reply = await core.transport.post('/api/auth/sign-in', login, { 'X-Gatehouse-Device': token });
  const signed = signedIn(reply);
  if ('problem' in signed) return signed;
  await greet(core, signed.ok, async () => undefined);
  return who(signed.ok);
}

// 4.1
async function enrol(core: Core, old: Identity | undefined, login: Login): Promise<Answer<Who>> {
  const { key: serverKey } = await serverInfo(core);
  const chain = uuid7(core.ports.wall(), core.ports.random(10));
  const { key, text } = await makeKey();
  const follows = await lastEnd(core);
  const frame = { ...login, key: text, chain, follows, label: core.options.label };
  const signed = signedIn(await core.transport.post('/api/devices/enrol', frame));
  if ('problem' in signed) return signed;
  const { device, org } = signed.ok;
  const gen = (old?.gen ?? 0) + 1;
  await greet(core, signed.ok, (tx) => adopt(tx, { device, org, chain, follows, gen, key, serverKey }));
  return who(signed.ok);
}

function who({ person, org, device }: SignedIn): Answer<Who> {
  return { ok: { person, org, device } };
}

async function lastEnd(core: Core): Promise<End | null> {
  const kept = (await core.store.device()).transaction('meta').store;
  const identity = await meta(kept, 'identity');
  const end = await meta(kept, 'end');
  if (identity !== undefined && end !== undefined) return { chain: identity.chain, ...end };
  return readMarker(core.ports)?.end ?? null;
}

function signedIn(reply: Reply): Answer<SignedIn & { certs: KeptCertificate[] }> {
  if (reply.status >= 400) return { problem: problemIn(reply) };
  const signed = reply.body as unknown as SignedIn;
  const certs = Array.isArray(signed.certificates) ? signed.certificates.map(kept) : [];
  const whole = certs.every((cert) => cert !== null) && certs.some((cert) => cert?.type === 'sign_in');
  if (!whole || typeof signed.session !== 'string') throw new NoAnswerError('not_json', reply.status);
  return { ok: { ...signed, certs: certs.filter((cert) => cert !== null) } };
}

/** A problem as the server states it. */
export function problemIn(reply: Reply): Problem {
  const { detail, field, orgs } = reply.body;
  return {
    code: codeOf(reply),
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(typeof field === 'string' ? { field } : {}),
    ...(Array.isArray(orgs) ? { orgs } : {}),
  };
}

/** Ends whoever's session there is, and begins the new one with all that comes with it in one transaction. */
async function greet(
  core: Core,
  signed: SignedIn & { certs: KeptCertificate[] },
  first: (tx: DeviceTx) => Promise<void>,
): Promise<void> {
  const before = await recall(core, 'session');
  if (before !== undefined && before.person !== signed.person) await signOut(core);
  const { person, org, session, certs } = signed;
  const auth = certs.find((cert) => cert.type === 'sign_in')?.id ?? '';
  await write(await core.store.device(), ['meta', 'ops', 'certs', 'people'], 'strict', async (tx) => {
    await first(tx);
    for (const cert of certs) await tx.objectStore('certs').put(cert);
    await tx.objectStore('meta').put({ person, org, session, auth }, 'session');
    const name = (await tx.objectStore('people').get(person))?.name ?? '';
    await tx.objectStore('people').put({ person, name, used: core.time.atLeast() });
  });
  core.store.welcome(person);
  forgetExchange(core);
  core.store.bus.tell(['who', 'ops', 'recorded']);
}

/** Sign-out is an act (4.6); the session token is forgotten with it, and also when the act finds no room. */
export async function signOut(core: Core): Promise<void> {
  const person = (await recall(core, 'session'))?.person;
  if (person === undefined) return;
  const answer = await record(core, { kind: 'session.end' }, { person }, true);
  if ('problem' in answer) {
    await write(await core.store.device(), ['meta'], 'strict', (tx) => tx.objectStore('meta').delete('session'));
    core.store.bus.tell(['who']);
  }
  forgetExchange(core);
}

/** The server ended the session: what is held stays readable, acts go on, pulls wait for the next sign-in. */
export async function sessionEnded(core: Core): Promise<void> {
  await write(await core.store.device(), ['meta'], 'strict', async (tx) => {
    const session = await meta(tx.objectStore('meta'), 'session');
    if (session !== undefined) await tx.objectStore('meta').put({ ...session, ended: true }, 'session');
  });
  core.store.bus.tell(['who']);
}

/** 8.9: deletes every person's database; the outbox stays and may still be sent. */
export async function revoked(core: Core): Promise<void> {
  const identity = await recall(core, 'identity');
  if (identity !== undefined) await disown(core, identity, 'revoked');
  for (const person of await (await core.store.device()).getAllKeys('people')) await forget(core, person);
  forgetExchange(core);
}

function forgetExchange(core: Core): void {
  Object.assign(core.memory, { token: null, grants: null, compared: null });
}
