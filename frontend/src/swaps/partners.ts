// Who could take a shift: asked of the server, and kept on the device with its age for when there is no network.

import type { Answer, Engine, Json } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import type { Told } from '../ui/swap-told.tsx';

/** Why somebody, or a shift of theirs, is not offered; empty: nothing speaks against it. */
export type Fits = Readonly<Record<string, string>>;

export interface Partners {
  readonly at: number;
  readonly nth: number;
  readonly cap: number;
  readonly notify: boolean;
  /** What keeps the shift from being swapped with anybody. */
  readonly refused: { readonly code: string; readonly clause: string; readonly told: Told } | undefined;
  readonly people: Fits;
  /** By colleague: their shifts. */
  readonly takes: Readonly<Record<string, Fits>>;
}

export interface Found {
  readonly partners: Partners | undefined;
  readonly asking: boolean;
  /** The server could not be asked: what is here is as old as it says. */
  readonly old: boolean;
}

const KEY = 'swap.partners';
const KEPT = 14 * 86_400_000;
type Kept = Readonly<Record<string, Partners>>;

/** What is known about a shift of one's own; with a colleague, also which of their shifts could come back. */
export function usePartners(engine: Engine, shift: string, colleague: string | undefined): Found {
  const [found, see] = useState<Found>({ partners: undefined, asking: true, old: false });
  useEffect(() => {
    let here = true;
    const look = async () => {
      const kept = await readKept(engine);
      if (!here) return;
      see({ partners: kept[shift], asking: true, old: false });
      const answer = await ask(engine, shift, colleague);
      if (!here) return;
      if ('problem' in answer) {
        see({ partners: kept[shift], asking: false, old: true });
        return;
      }
      const partners = { ...answer.ok, takes: { ...kept[shift]?.takes, ...answer.ok.takes } };
      see({ partners, asking: false, old: false });
      await engine.drafts.put(KEY, withNew(kept, shift, partners, engine.now()));
    };
    look().catch(console.error);
    return () => {
      here = false;
    };
  }, [engine, shift, colleague]);
  return found;
}

async function readKept(engine: Engine): Promise<Kept> {
  const found = await engine.drafts.get(KEY).catch(() => undefined);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as unknown as Kept) : {};
}

/** What is kept, with the newest answer; what is so old that its shift has begun goes. */
export function withNew(kept: Kept, shift: string, partners: Partners, now: number): Json {
  const fresh = Object.entries(kept).filter(([, { at }]) => at > now - KEPT);
  return JSON.parse(JSON.stringify({ ...Object.fromEntries(fresh), [shift]: partners })) as Json;
}

function ask(engine: Engine, shift: string, colleague: string | undefined): Promise<Answer<Partners>> {
  const asked = colleague === undefined ? { shift } : { shift, colleague };
  return engine.online('/api/swaps/partners', asked, (answer) => read(answer, colleague));
}

export function read(answer: Readonly<Record<string, unknown>>, colleague: string | undefined): Partners | undefined {
  const { at, nth, cap, notify, refused, partners, takes } = answer;
  if (typeof at !== 'number' || typeof nth !== 'number' || typeof cap !== 'number' || !Array.isArray(partners)) {
    return undefined;
  }
  return {
    ...{ at, nth, cap },
    notify: notify === true,
    refused: refusalOf(refused),
    people: fitsOf(partners),
    takes: colleague !== undefined && Array.isArray(takes) ? { [colleague]: fitsOf(takes) } : {},
  };
}

function refusalOf(value: unknown): Partners['refused'] {
  const { code, clause, told } = (value ?? {}) as Record<string, unknown>;
  if (typeof code !== 'string' || typeof clause !== 'string') return undefined;
  return { code, clause, told: (told ?? {}) as Told };
}

function fitsOf(list: readonly unknown[]): Fits {
  const entries = list.map((one) => one as { id?: unknown; why?: unknown });

  return Object.fromEntries(entries.map(({ id, why }) => [String(id), typeof why === 'string' ? why : '']));
}
