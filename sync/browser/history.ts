/** A record's whole history, asked of the server (PROTOCOL §12): devices hold the present alone. */

import type { Answer, History } from './api.ts';
import { type Core, whoami } from './core.ts';
import { DeniedError, deviceToken } from './token.ts';
import { codeOf, NoAnswerError, problemOf } from './transport.ts';

export async function history(core: Core, entity: string): Promise<Answer<History>> {
  const { identity, session } = await whoami(core);
  if (identity === undefined || session === undefined || session.ended) return { problem: { code: 'signed_out' } };
  try {
    const device = await deviceToken(core, identity);
    const headers = { 'X-Gatehouse-Device': device, Authorization: `Bearer ${session.session}` };
    const reply = await core.transport.get(`/api/sync/history/${entity}`, headers);
    if (reply.status !== 200) return { problem: { code: codeOf(reply) } };
    const { entries, names } = reply.body as unknown as History;
    if (!Array.isArray(entries)) throw new NoAnswerError('not_json');
    return { ok: { entries, names: names ?? {} } };
  } catch (error) {
    if (error instanceof DeniedError) return { problem: { code: error.code } };
    return { problem: problemOf(error) };
  }
}
