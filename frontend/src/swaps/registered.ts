// The register as the server gives it (PROTOCOL 16.2).

import type { Answer, Engine } from '@gatehouse/sync/api';

interface Named {
  readonly name: string;
}

export interface Moved {
  readonly date: string;
  readonly hours: string;
  readonly post: string;
}

export interface Entry {
  readonly id: string;
  readonly by: Named;
  readonly asked: number;
  readonly state: string;
  readonly repay: string;
  readonly reason: string;
  readonly note: string;
  readonly give: Moved | undefined;
  readonly take: Moved | undefined;
  readonly taker: Named | undefined;
  readonly agreed: number | undefined;
  readonly decider: Named | undefined;
  readonly decided: number | undefined;
}

export interface Register {
  readonly team: string;
  readonly name: string;
  readonly month: string;
  readonly zone: string;
  readonly at: number;
  readonly entries: readonly Entry[];
}

export function pathOf(team: string, month: string, form = ''): string {
  return `/api/swaps/register${form}?team=${encodeURIComponent(team)}&month=${month}`;
}

export function askRegister(engine: Engine, team: string, month: string): Promise<Answer<Register>> {
  return engine.online(pathOf(team, month), null, read);
}

/** What is left out has its default. */
function read(answer: Readonly<Record<string, unknown>>): Register | undefined {
  const { entries } = answer;
  if (!Array.isArray(entries) || typeof answer['team'] !== 'string') return undefined;
  const whole = entries.map((one: Partial<Entry>) => ({ reason: '', note: '', repay: 'none', ...one }));
  return { ...answer, entries: whole } as unknown as Register;
}

/** `2026-12` after `2026-11`; `by` is 1 or -1. */
export function monthBeside(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
