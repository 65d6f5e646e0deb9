/**
 * The way from a browser to the server, through the fault proxy. What goes wrong is decided here, by the dice of the
 * history; what concerns bytes on a real connection is done by the proxy, which the request tells so.
 */

import type { Socket, SocketEvents } from '../../ports.ts';
import type { Dice } from './dice.ts';
import type { World } from './world.ts';

/** What the proxy does with a request that says so in `x-fault`; the last ones are done here. */
const FAULTS = {
  drop: 6, // never reaches the server
  swallow: 3, // the same, and the line stays open
  lost: 8, // the server answers, the line breaks
  withheld: 4, // the server answers, the line stays open and says nothing
  twice: 6, // arrives two to five times
  cut: 5, // the answer ends in its middle
  severed: 3, // the request ends in its middle
  portal: 4, // 200 with a page
  redirect: 2, // 302 to a page
  gateway: 4, // 502 with a page
  proxy_login: 2, // 401 with a page
  strange_401: 2, // 401 with somebody's JSON
  busy: 4, // 503 with Retry-After
  too_many: 2, // 429 with Retry-After
  slow: 4, // takes longer, perhaps longer than anybody waits
  ghost: 4, // given up on, and arrives later all the same
  echo: 4, // arrives once more, minutes later
  kill_before: 0, // the server is killed as it arrives
  kill_during: 0, // and while it is worked on
  kill_after: 0, // and between its commit and the answer
} as const;
export type Fault = keyof typeof FAULTS;
export const KILLS = ['kill_before', 'kill_during', 'kill_after'] as const;
export const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

const SOCKETS = { third: 8, swallow: 3, dies: 3, refused: 2, page: 2 } as const;
export const SOCKET_NAMES = Object.keys(SOCKETS) as (keyof typeof SOCKETS)[];

/** Which way nothing gets through: to the server, from it, both; or the device knows it; or a portal answers for all. */
export const PARTITIONS = ['out', 'in', 'both', 'radio', 'portal'] as const;
export type Partition = (typeof PARTITIONS)[number];

/** The longest path of any request to the server, real time, ms. */
const REAL_MS = 30_000;
/** And of any frame over a socket. */
const SOCKET_REAL_MS = 5_000;

interface Line {
  readonly real: WebSocket;
  silent: boolean;
  /** It loses some of what it carries, or all. */
  readonly spoilt: boolean;
}

export class Network {
  /** How likely a request meets a fault, and a socket as it opens. */
  badness = 0;
  socketBadness = 0.3;
  partition: Partition | null = null;
  /** What the next request meets, whatever the dice say. */
  next: Fault | null = null;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #proxy: string;
  readonly #lines = new Set<Line>();

  constructor(world: World, dice: Dice, proxy: string) {
    this.#world = world;
    this.#dice = dice;
    this.#proxy = proxy;
  }

  /** Sockets that are open. */
  get open(): number {
    return this.#lines.size;
  }

  /** Nothing gets through on the lines there are, and neither end hears of it. */
  silence(): void {
    for (const line of this.#lines) line.silent = true;
  }

  fetch(path: string, init: RequestInit): Promise<Response> {
    const { signal } = init;
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      // One that is never answered waits for its own end.
      this.#carry(path, init).then((answer) => answer !== null && resolve(answer), reject);
    });
  }

  async #carry(path: string, init: RequestInit): Promise<Response | null> {
    const fault = this.#fault();
    if (fault === null) return this.#send(path, init);
    this.#world.saw(fault);
    this.#world.tell(`  ${fault}: ${path}`);
    switch (fault) {
      case 'radio':
        throw new TypeError('no network');
      case 'out':
      case 'both':
        return this.#send(path, init, 'swallow');
      case 'in':
        return this.#send(path, init, 'withheld');
      case 'slow':
        await this.#wait(this.#dice.int(500, 14_000));
        return this.#send(path, init);
      case 'ghost':
        this.#later(path, init, this.#dice.int(11_000, 60_000));
        return null;
      case 'echo':
        this.#later(path, init, this.#dice.int(1_000, 300_000));
        return this.#send(path, init);
      case 'twice':
        return this.#send(path, init, `twice ${this.#dice.int(2, 5)}`);
      case 'cut':
      case 'severed':
        return this.#send(path, init, `${fault} ${this.#dice.int(1, 99)}`);
      case 'busy':
      case 'too_many':
        return this.#send(path, init, `${fault} ${this.#dice.int(1, 40)}`);
      default:
        return this.#send(path, init, fault);
    }
  }

  #fault(): Fault | Partition | null {
    const { next } = this;
    this.next = null;
    if (this.partition !== null) return this.partition;
    if (next !== null) return next;
    return this.#dice.chance(this.badness) ? this.#dice.weigh(FAULTS) : null;
  }

  /** The answer, whole; null where none ever comes. */
  async #send(path: string, init: RequestInit, fault?: string): Promise<Response | null> {
    const { signal: _signal, ...rest } = init;
    const headers = {
      ...(rest.headers as Record<string, string>),
      ...(fault === undefined ? {} : { 'x-fault': fault }),
    };
    const end = this.#world.begin();
    try {
      const answer = await fetch(this.#proxy + path, { ...rest, headers, signal: AbortSignal.timeout(REAL_MS) });
      if (answer.headers.has('x-silence')) return null;
      const { status } = answer;
      const type = answer.headers.get('Content-Type') ?? '';
      const retry = answer.headers.get('Retry-After');
      const body = await answer.arrayBuffer().catch(() => null);
      if (path === '/api/sync/push' && body !== null) this.#note(Buffer.from(body).toString());
      return new Response(body ?? broken(), {
        status,
        headers: { 'Content-Type': type, ...(retry === null ? {} : { 'Retry-After': retry }) },
      });
    } finally {
      this.#world.answered();
      end();
    }
  }

  /** What the server asks for instead of taking a frame (6.2). */
  #note(answer: string): void {
    const asked = /"(rechain)":true|^\{"(need|need_certs)":/
      .exec(answer)
      ?.slice(1)
      .find((name) => name !== undefined);
    if (asked !== undefined) this.#world.saw(`asked_${asked}`);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.after(ms, resolve));
  }

  /** Sends it when `ms` have passed, and hears nothing of it. */
  #later(path: string, init: RequestInit, ms: number): void {
    this.#world.after(ms, () => {
      this.#send(path, init).catch(() => null);
    });
  }

  socket(path: string, events: SocketEvents): Socket {
    const fault = this.partition === null && this.#dice.chance(this.socketBadness) ? this.#dice.weigh(SOCKETS) : null;
    if (fault !== null) this.#world.saw(`socket_${fault}`);
    const real = new WebSocket(`${this.#proxy.replace('http', 'ws')}${path}${fault === null ? '' : `?fault=${fault}`}`);
    const line: Line = { real, silent: this.partition !== null, spoilt: fault !== null };
    this.#lines.add(line);
    const opening = this.#world.begin();
    let answered = () => {};
    const heard = (tell: () => void) => {
      answered();
      this.#world.touch();
      this.#world.answered();
      if (!line.silent) tell();
    };
    real.onopen = () => {
      opening();
      heard(() => events.open());
    };
    real.onmessage = ({ data }) => heard(() => events.message(data));
    real.onclose = ({ code }) => {
      opening();
      this.#lines.delete(line);
      heard(() => events.close(code));
    };
    return {
      send: (text) => {
        if (line.silent || real.readyState !== WebSocket.OPEN) return;
        real.send(text);
        answered();
        // The server has something to say to every frame, and a busy machine takes its time.
        answered = fault === null ? this.#patiently() : answered;
      },
      close: () => {
        line.silent = true;
        answered();
        this.#lines.delete(line);
        opening();
        real.close();
      },
    };
  }

  /** Time stands still until the answer is here, or for so long that there is none. */
  #patiently(): () => void {
    const end = this.#world.begin();
    const timer = setTimeout(end, SOCKET_REAL_MS);
    return () => {
      clearTimeout(timer);
      end();
    };
  }

  /** The network is well again, and no line that spoils what it carries outlives that. */
  heal(): void {
    this.badness = 0;
    this.socketBadness = 0;
    this.next = null;
    this.partition = null;
    for (const { real, spoilt } of this.#lines) if (spoilt) real.close();
  }

  /** The machine is gone: its connections break. */
  hangUp(): void {
    for (const { real } of this.#lines) real.close();
    this.silence();
    this.#lines.clear();
  }
}

function broken(): ReadableStream {
  return new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) });
}
