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
