/** The device's knowledge of time: its clocks and the newest anchor (PROTOCOL §7). */

import { b64 } from './canon.ts';
import { type AnchorReading, anchorParts, type Evidence } from './clock.ts';
import type { Ports } from './ports.ts';
import { meta, type Store, write } from './store.ts';

export class Time {
  /** A random id of this start of the app: monotonic readings compare within one run only. */
  readonly run: string;
  readonly #ports: Ports;
  #anchor: AnchorReading | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.run = b64(ports.random(12));
  }

  /** Takes up the anchor that an earlier run, or another tab, left. */
  async load(store: Store): Promise<void> {
    const held = await meta((await store.device()).transaction('meta').store, 'anchor');
    if (held !== undefined) this.#anchor = held;
  }

  /** Notes the anchor of a reply that arrived just now. */
  async note(store: Store, token: string): Promise<void> {
    if (anchorParts(token) === null) return;
    // The latest to arrive counts, not the greatest: a server whose clock was wrong is believed again once it is right.
    const reading = { mono: this.#ports.mono(), run: this.run, token, wall: this.#ports.wall() };
    this.#anchor = reading;
    await write(await store.device(), ['meta'], 'relaxed', async (tx) => tx.objectStore('meta').put(reading, 'anchor'));
  }

  /**
   * The clocks as an act made now states them, beside an anchor: this run's own, for only within one run do readings of
   * the monotonic clock compare; else the one that the device database holds.
   */
  evidence(stored: AnchorReading | null): Evidence {
    const anchor = this.#anchor?.run === this.run ? this.#anchor : stored;
    return { anchor, mono: this.#ports.mono(), run: this.run, wall: this.#ports.wall() };
  }

  get anchor(): string | null {
    return this.#anchor?.token ?? null;
  }

  /** The instant before which it cannot be, UTC ms; 0 with no anchor. Holding and expiry are judged by it. */
  atLeast(): number {
    const anchor = this.#anchor;
    if (anchor === null) return 0;
    return instant(anchor) + (anchor.run === this.run ? Math.max(0, this.#ports.mono() - anchor.mono) : 0);
  }

  /** Best knowledge of true time, UTC ms: the wall clock, corrected by the anchor. */
  now(): number {
    const offset = this.offset() ?? 0;
    return Math.max(this.#ports.wall() - offset, this.atLeast());
  }

  /** Wall clock minus anchored time, ms; null with no anchor. */
  offset(): number | null {
    return this.#anchor === null ? null : this.#anchor.wall - instant(this.#anchor);
  }
}

function instant(anchor: AnchorReading): number {
  return anchorParts(anchor.token)?.[0] ?? 0;
}
