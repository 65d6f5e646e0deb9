/** What the engine needs of its surroundings, so that tests and the simulator can run it under their own clock. */

/** What a live socket tells. */
export interface SocketEvents {
  open(): void;
  message(text: unknown): void;
  /** Called once, also when it never opened. */
  close(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface Ports {
  /** The wall clock, UTC ms. */
  wall(): number;
  /** A clock that never jumps back within this run, ms. */
  mono(): number;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  /** Calls back once after `ms`; returns the way to call it off. */
  after(ms: number, then: () => void): () => void;
  fetch(path: string, init: RequestInit): Promise<Response>;
  socket(path: string, events: SocketEvents): Socket;
  readonly databases: IDBFactory;
  /** Absent where the browser has no Web Locks: every tab then exchanges for itself. */
  readonly locks: Pick<LockManager, 'request'> | undefined;
  /** Reaches the other tabs of this browser, not this one. */
  channel(name: string, heard: (message: unknown) => void): Channel;
  /** A small text kept apart from the databases, by which their loss is noticed (localStorage). */
  readonly marker: { get(): string | null; set(text: string): void };
  readonly storage: { persisted(): Promise<boolean>; persist(): Promise<boolean> };
  /** A hint at most: it stays true when the server alone is gone. */
  online(): boolean;
  /** Calls back when the network may be back or the page is looked at again; returns the way out. */
  woken(then: () => void): () => void;
  /** A fault of our own that no act depends on. */
  report(error: unknown): void;
}

const MARKER = 'gatehouse-device';

/** The ports of a page. */
export function browserPorts(): Ports {
  return {
    wall: () => Date.now(),
    mono: () => Math.round(performance.now()),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    fetch: (path, init) => fetch(path, init),
    socket: (path, events) => {
      const url = new URL(path, location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(url);
      socket.onopen = () => events.open();
      socket.onmessage = ({ data }) => events.message(data);
      socket.onclose = ({ code }) => events.close(code);
      return socket;
    },
    databases: indexedDB,
    locks: navigator.locks,
    channel: (name, heard) => {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => heard(data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    marker: localMarker(),
    storage: {
      persisted: async () => (await navigator.storage?.persisted?.()) ?? false,
      persist: async () => (await navigator.storage?.persist?.()) ?? false,
    },
    online: () => navigator.onLine,
    woken: (then) => {
      const looked = () => document.visibilityState === 'visible' && then();
      addEventListener('online', then);
      addEventListener('offline', then);
      document.addEventListener('visibilitychange', looked);
      return () => {
        removeEventListener('online', then);
        removeEventListener('offline', then);
        document.removeEventListener('visibilitychange', looked);
      };
    },
    report: (error) => reportError(error),
  };
}

/** Where localStorage is forbidden, a lost database is simply not noticed. */
function localMarker(): Ports['marker'] {
  const attempt = <T>(use: () => T, otherwise: T): T => {
    try {
      return use();
    } catch {
      return otherwise;
    }
  };
  return {
    get: () => attempt(() => localStorage.getItem(MARKER), null),
    set: (text) => attempt(() => localStorage.setItem(MARKER, text), undefined),
  };
}
