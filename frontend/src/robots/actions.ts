// What an admin does with robots: asked of the server, and nothing of it is kept on the device.

import type { Answer, Engine, Json } from '@gatehouse/sync/api';
import type { Locale } from '../messages/index.ts';

export const PLATFORMS = ['wecom', 'dingtalk', 'feishu'] as const;
export const TELLS = ['decisions', 'windows', 'devices'] as const;
export type Platform = (typeof PLATFORMS)[number];
export type Tell = (typeof TELLS)[number];

/** A robot as the server shows it: of its address no more than the end. Times are UTC ms. */
export interface Robot {
  readonly id: string;
  readonly platform: Platform;
  readonly name: string;
  readonly tail: string;
  readonly signed: boolean;
  readonly tells: readonly Tell[];
  /** Minutes between two messages, at least. */
  readonly every: number;
  readonly zone: string;
  readonly language: Locale;
  readonly team: string | null;
  readonly site: string | null;
  /** From and to, minutes of the day in `zone`. */
  readonly quiet: readonly [number, number] | null;
  readonly last_at: number | null;
  readonly last_code: string | null;
  readonly last_said: string | null;
  readonly failing: number | null;
  readonly gave_up: number | null;
}

/** A robot as an admin wants it; `url` and `secret` are left out where they stay as they are. */
export interface Wanted {
  readonly platform: Platform;
  readonly name: string;
  readonly tells: readonly Tell[];
  readonly zone: string;
  readonly language: Locale;
  readonly every: number;
  readonly link: string;
  readonly team?: string;
  readonly site?: string;
  readonly quiet?: readonly [number, number];
  readonly url?: string;
  readonly secret?: string;
}

export interface Tried {
  readonly code: string;
  readonly said: string;
}

const PATH = '/api/robots';

export function listRobots(engine: Engine): Promise<Answer<readonly Robot[]>> {
  return engine.online(PATH, null, ({ robots }) => (Array.isArray(robots) ? (robots as readonly Robot[]) : undefined));
}

/** Makes a robot, or changes the one with this id. */
export function saveRobot(engine: Engine, id: string | undefined, wanted: Wanted): Promise<Answer<true>> {
  const path = id === undefined ? PATH : `${PATH}/${id}`;
  return engine.online(path, wanted as unknown as Json, (answer) =>
    typeof answer['id'] === 'string' ? true : undefined,
  );
}

export function tryRobot(engine: Engine, id: string): Promise<Answer<Tried>> {
  return engine.online(`${PATH}/${id}/test`, {}, ({ code, said }) =>
    typeof code === 'string' && typeof said === 'string' ? { code, said } : undefined,
  );
}

export function removeRobot(engine: Engine, id: string): Promise<Answer<true>> {
  return engine.online(`${PATH}/${id}/remove`, {}, (answer) => (answer['id'] === id ? true : undefined));
}
