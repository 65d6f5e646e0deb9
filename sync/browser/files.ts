/** Files to and from the server (PROTOCOL §15), asked as the person signed in; nothing of them is kept here. */

import type { Answer, FileAsked, FileGiven } from './api.ts';
import { type Core, whoami } from './core.ts';
import { problemIn } from './session.ts';
import { DeniedError, deviceToken } from './token.ts';
import { problemOf } from './transport.ts';

/** A large file over a slow line, and what the server does with it. */
const DEADLINE_MS = 180_000;

export async function file(core: Core, path: string, asked: FileAsked): Promise<Answer<FileGiven>> {
  const { identity, session } = await whoami(core);
  if (identity === undefined || session === undefined || session.ended) return { problem: { code: 'signed_out' } };
  const abort = new AbortController();
  const release = core.ports.after(DEADLINE_MS, () => abort.abort());
  try {
    const headers = {
      'X-Gatehouse-Device': await deviceToken(core, identity),
      Authorization: `Bearer ${session.session}`,
      'Accept-Language': asked.language,
      ...(asked.body === undefined ? {} : { 'Content-Type': asked.body.type }),
    };
    const response = await core.ports
      .fetch(path, {
        method: asked.body === undefined ? 'GET' : 'POST',
        headers,
        body: asked.body?.data ?? null,
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: abort.signal,
      })
      .catch(() => null);
    if (response === null) return { problem: { code: 'unreachable' } };
    const type = response.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (response.ok) return { ok: { type, data: await response.blob() } };
    const body: unknown = type === 'application/problem+json' ? await response.json().catch(() => null) : null;
    if (body === null || typeof body !== 'object') return { problem: { code: 'unreachable' } };
    return { problem: problemIn({ status: response.status, body: body as Record<string, unknown> }) };
  } catch (error) {
    if (error instanceof DeniedError) return { problem: { code: error.code } };
    return { problem: problemOf(error) };
  } finally {
    release();
  }
}
