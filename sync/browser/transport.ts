/** Requests, each with a deadline; what is not an answer of our server counts as no answer at all. */

import type { Problem } from './api.ts';
import type { Ports } from './ports.ts';

export const DEADLINE_MS = 10_000;

/** An answer of the server, good or bad. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Thrown when the server did not answer: no network, a portal's page, a proxy's error, a busy server. */
export class NoAnswerError extends Error {
  readonly code: 'unreachable' | 'not_json' | 'busy';
  readonly status: number | undefined;
  /** How long it asked to be left alone, ms. */
  readonly retryAfter: number | undefined;

  constructor(code: NoAnswerError['code'], status?: number, retryAfter?: number) {
    super(code);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export class Transport {
  readonly #ports: Ports;
  readonly #heard: (answered: boolean) => void;

  /** `heard` is told after every request whether our server answered it. */
  constructor(ports: Ports, heard: (answered: boolean) => void) {
    this.#ports = ports;
    this.#heard = heard;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.#request(path, { method: 'GET', headers });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const init = { method: 'POST', body: JSON.stringify(body) };
    return this.#request(path, { ...init, headers: { ...headers, 'Content-Type': 'application/json' } });
  }

  async #request(path: string, init: RequestInit): Promise<Reply> {
    const abort = new AbortController();
    const release = this.#ports.after(DEADLINE_MS, () => abort.abort());
    try {
      const reply = await this.#answer(path, { ...init, signal: abort.signal });
      this.#heard(true);
      return reply;
    } catch (error) {
      const none = error instanceof NoAnswerError ? error : new NoAnswerError('unreachable');
      this.#heard(none.code === 'busy');
      throw none;
    } finally {
      release();
    }
  }

  async #answer(path: string, init: RequestInit): Promise<Reply> {
    // A portal redirects; our server never does.
    const response = await this.#ports.fetch(path, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    const { status } = response;
    const type = response.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json' && type !== 'application/problem+json') throw new NoAnswerError('not_json', status);
    const body: unknown = await response.json().catch(() => null);
    if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new NoAnswerError('not_json', status);
    const seconds = Number(response.headers.get('Retry-After') ?? 'none');
    const retryAfter = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    if (status >= 500) throw new NoAnswerError(status === 503 ? 'busy' : 'unreachable', status, retryAfter);
    if (status === 429) throw new NoAnswerError('busy', status, retryAfter);
    return { status, body: body as Readonly<Record<string, unknown>> };
  }
}

/** The stable code of an error answer. */
export function codeOf(reply: Reply): string {
  const { code } = reply.body;
  return typeof code === 'string' ? code : `http_${reply.status}`;
}

/** An error as a screen shows it. Faults of our own are not among them: they are thrown on. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof NoAnswerError)) throw error;
  const { code, retryAfter } = error;
  return { code, ...(retryAfter === undefined ? {} : { retryAfter }) };
}
