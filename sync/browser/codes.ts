/** One-time codes (PROTOCOL 4.7, 4.8): asked of the server, and nothing of them is kept here. */

import type { Answer, NewPassword, SignInCode } from './api.ts';
import type { Core } from './core.ts';
import { online } from './online.ts';
import { problemIn } from './session.ts';
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
export function makeCode(core: Core, person: string): Promise<Answer<SignInCode>> {
  return online(core, `/api/people/${person}/code`, {}, ({ code, expires }) =>
    typeof code === 'string' && typeof expires === 'number' ? { code, expires } : undefined,
  );
}
