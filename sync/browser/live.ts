/** The live socket (PROTOCOL §11): a hint that there is something to pull. Nothing rests on it. */

import { type Core, whoami } from './core.ts';
import type { Socket } from './ports.ts';
import type { Page } from './protocol.ts';
import { reached, takePage } from './pull.ts';
import { deviceToken } from './token.ts';

const PING_MS = 20_000;
const SILENT_MS = 45_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export class Live {
  readonly #core: Core;
  readonly #wake: () => void;
  readonly #failed: (error: unknown) => void;
  #socket: Socket | null = null;
  /** Whom and what the socket is for; another answer means another socket. */
  #bound = '';
  #ready = false;
  #heardAt = 0;
  #openedAt = 0;
  /** Sockets lost soon after they were opened, in a row. */
  #losses = 0;
  #stopTimer: () => void = () => undefined;

  /** `wake` asks for an exchange. */
  constructor(core: Core, wake: () => void, failed: (error: unknown) => void) {
    this.#core = core;
    this.#wake = wake;
    this.#failed = failed;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Opens the socket for the device, session and grants of now, unless it is open for them already. */
  async ensure(): Promise<void> {
    const { identity, session } = await whoami(this.#core);
    const grants = this.#core.memory.grants?.version;
    if (identity === undefined || identity.gone !== undefined || grants === undefined) return this.stop();
    const active = session?.ended ? undefined : session?.session;
    const bound = `${identity.chain} ${active ?? ''} ${grants}`;
    if (this.#socket !== null && this.#bound === bound) return;
    const device = await deviceToken(this.#core, identity);
    this.stop();
    this.#bound = bound;
    const hello = JSON.stringify({ device, grants, ...(active === undefined ? {} : { session: active }) });
    const socket = this.#core.ports.socket('/api/sync/live', {
      open: () => this.#socket === socket && socket.send(hello),
      message: (text) => this.#socket === socket && this.#hear(text),
      close: (code) => this.#socket === socket && this.#closed(code),
    });
    this.#socket = socket;
    this.#heardAt = this.#openedAt = this.#core.ports.mono();
    this.#beat();
  }

  stop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.#stopTimer();
    socket?.close();
  }

  #beat(): void {
    this.#stopTimer = this.#core.ports.after(PING_MS, () => {
      // A stalled connection never closes by itself.
      if (this.#core.ports.mono() - this.#heardAt >= SILENT_MS) return this.#closed(1006);
      if (this.#ready) this.#socket?.send('"ping"');
      this.#beat();
    });
  }

  #closed(code: number): void {
    this.stop();
    if (code === 4401) this.#core.memory.token = null;
    if (code === 4409) this.#core.memory.grants = null;
    // 4401, 4403 and 4409 are explained by the next pull; any other loss is a reason to look whether there is news.
    // The wait grows, for a server that takes pulls and no sockets.
    const lasted = this.#core.ports.mono() - this.#openedAt;
    this.#losses = lasted > SILENT_MS ? 0 : this.#losses + 1;
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#losses);
    this.#stopTimer = this.#core.ports.after(wait, this.#wake);
  }

  #hear(text: unknown): void {
    this.#heardAt = this.#core.ports.mono();
    let message: unknown;
    try {
      message = JSON.parse(String(text));
    } catch {
      return;
    }
    if (message === null || typeof message !== 'object') return;
    if ('ready' in message) this.#subscribed('heads' in message ? message.heads : null);
    if ('poke' in message) this.#wake();
    if ('page' in message) this.#take(message.page as Page);
  }

  /** What was committed between the last pull and the subscription came to nobody as a poke (11.1). */
  #subscribed(heads: unknown): void {
    this.#ready = true;
    reached(this.#core, heads)
      .then((all) => all || this.#wake())
      .catch(this.#failed);
  }

  #take(page: Page): void {
    takePage(this.#core, page)
      .then((taken) => taken || this.#wake())
      .catch(this.#failed);
  }
}
