// What only the server can say or give, over the device's own session; needs the network.

import type { Answer, Engine } from '@gatehouse/sync/api';
import { locale } from '../messages/index.ts';

/** The answer to a question, read from JSON. */
export function fetched<T>(engine: Engine, path: string): Promise<Answer<T>> {
  return read(engine.file(path, { language: locale.value }));
}

export function posted<T>(engine: Engine, path: string, asked: unknown): Promise<Answer<T>> {
  const body = { type: 'application/json', data: JSON.stringify(asked) };
  return read(engine.file(path, { language: locale.value, body }));
}

/** The answer about a file. */
export function uploaded<T>(engine: Engine, path: string, file: Blob): Promise<Answer<T>> {
  const body = { type: 'application/octet-stream', data: file };
  return read(engine.file(path, { language: locale.value, body }));
}

export async function downloaded(engine: Engine, path: string): Promise<Answer<Blob>> {
  const answer = await engine.file(path, { language: locale.value });
  return 'ok' in answer ? { ok: answer.ok.data } : answer;
}

async function read<T>(asked: ReturnType<Engine['file']>): Promise<Answer<T>> {
  const answer = await asked;
  if ('problem' in answer) return answer;
  if (!answer.ok.type.startsWith('application/json')) return { problem: { code: 'unreachable' } };
  return { ok: JSON.parse(await answer.ok.data.text()) as T };
}
