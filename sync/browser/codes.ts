/** One-time codes (PROTOCOL 4.7, 4.8): asked of the server, and nothing of them is kept here. */

import type { Answer, NewPassword, SignInCode } from './api.ts';
import { type Core, whoami } from './core.ts';
import { problemIn } from './session.ts';
import { DeniedError, deviceToken } from './token.ts';
import { NoAnswerError, problemOf } from './transport.ts';

/** Sets a password by a one-time code; signing in comes after. */
export async function setPassword(core: Core, given: NewPassword): Promise<Answer<{ readonly org: string }>> {
  try {
    const reply = await core.transport.post('/api/auth/password', given);
    if (reply.status !== 200) return { problem: problemIn(reply) };
    const { org } = reply.body;
    if (typeof org !== 'string') throw new NoAnswerError('not_json', reply.status);
    return { ok: { org } };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** A new code for a colleague, made as the person signed in. */
export async function makeCode(core: Core, person: string): Promise<Answer<SignInCode>> {
  const { identity, session } = await whoami(core);
  if (identity === undefined || session === undefined || session.ended) return { problem: { code: 'signed_out' } };
  try {
    const device = await deviceToken(core, identity);
    const headers = { 'X-Gatehouse-Device': device, Authorization: `Bearer ${session.session}` };
    const reply = await core.transport.post(`/api/people/${person}/code`, {}, headers);
    if (reply.status !== 201) return { problem: problemIn(reply) };
    const { code, expires } = reply.body;
    if (typeof code !== 'string' || typeof expires !== 'number') throw new NoAnswerError('not_json', reply.status);
    return { ok: { code, expires } };
  } catch (error) {
    if (error instanceof DeniedError) return { problem: { code: error.code } };
    return { problem: problemOf(error) };
  }
}
