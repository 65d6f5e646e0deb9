/** What only the server can answer: asked as the person signed in, and nothing of it is kept here. */

import type { Answer, Json, Reading } from './api.ts';
import { type Core, whoami } from './core.ts';
import { problemIn } from './session.ts';
import { DeniedError, deviceToken } from './token.ts';
import { NoAnswerError, problemOf } from './transport.ts';

/** Posts `body`, or gets where it is null; `read` takes what it knows out of the answer, undefined when it is another's. */
export async function online<T>(core: Core, path: string, body: Json, read: Reading<T>): Promise<Answer<T>> {
  const { identity, session } = await whoami(core);
  if (identity === undefined || session === undefined || session.ended) return { problem: { code: 'signed_out' } };
  try {
    const device = await deviceToken(core, identity);
    const headers = { 'X-Gatehouse-Device': device, Authorization: `Bearer ${session.session}` };
    const { transport } = core;
    const reply = await (body === null ? transport.get(path, headers) : transport.post(path, body, headers));
    if (reply.status >= 400) return { problem: problemIn(reply) };
    const ok = read(reply.body);
    if (ok === undefined) throw new NoAnswerError('not_json', reply.status);
    return { ok };
  } catch (error) {
    if (error instanceof DeniedError) return { problem: { code: error.code } };
    return { problem: problemOf(error) };
  }
}
