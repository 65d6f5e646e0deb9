// What every screen is given: the engine, who is signed in, and the post being kept.

import type { Engine, Row, View, Watch, Who } from '@gatehouse/sync/api';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';

/** The post a guard keeps this shift. */
export interface Duty {
  readonly site: string;
  readonly siteName: string;
  readonly post: string;
  readonly postName: string;
  /** IANA zone of the site: all times on screen are the site's. */
  readonly zone: string;
}

/** What a person is here: the team they belong to, the teams they lead, and their roles of now. */
export interface Standing {
  readonly team: string | undefined;
  /** Teams whose supervisor they are, or stand in for. */
  readonly leads: readonly string[];
  readonly roles: ReadonlySet<string>;
  /** Keeps the estate: an admin of the whole org. */
  readonly office?: boolean;
}

/** Whether the person decides for others: a supervisor, somebody who stands in for one, a manager, an admin. */
export function inCharge({ leads, roles }: Standing): boolean {
  return leads.length > 0 || ['supervisor', 'manager', 'admin'].some((role) => roles.has(role));
}

/** Whether the person looks after others' attendance: who is in charge, and clerks. */
export function keepsAttendance(standing: Standing): boolean {
  return inCharge(standing) || standing.roles.has('clerk');
}

export interface App {
  readonly engine: Engine;
  readonly who: Who;
  readonly duty: Duty;
  readonly standing: Standing;
}

export const AppContext = createContext<App | null>(null);

/** The app around a screen. Only the shell draws screens without one. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('a screen was drawn outside the app');
  return app;
}

/** The present value of a watch, and every later one. */
export function useWatch<T>(watch: Watch<T>): T | undefined {
  const [seen, see] = useState<{ watch: Watch<T>; value: T | undefined }>({ watch, value: watch.value });
  useEffect(() => watch.subscribe((value) => see({ watch, value })), [watch]);
  return seen.watch === watch ? seen.value : watch.value;
}

/** What `read` finds in rows of these kinds, kept fresh. `key` names everything `read` depends on. */
export function useRows<T>(
  engine: Engine,
  key: string,
  kinds: readonly string[],
  read: (view: View) => Promise<T>,
): T | undefined {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `kinds` and `read`, which are new on every draw
  const watch = useMemo(() => engine.watch(kinds, read), [engine, key]);
  return useWatch(watch);
}

/** Best knowledge of the time, renewed every `every` ms so that ages on screen stay true. */
export function useNow(engine: Engine, every = 20_000): number {
  const [now, tick] = useState(() => engine.now());
  useEffect(() => {
    const timer = setInterval(() => tick(engine.now()), every);
    return () => clearInterval(timer);
  }, [engine, every]);
  return now;
}

/** A row's text field, or '' where it has none. */
export function textOf(row: Pick<Row, 'f'> | undefined, field: string): string {
  const value = row?.f[field];
  return typeof value === 'string' ? value : '';
}

/** A row's number field (counts, instants), or undefined. */
export function numberOf(row: Pick<Row, 'f'> | undefined, field: string): number | undefined {
  const value = row?.f[field];
  return typeof value === 'number' ? value : undefined;
}
