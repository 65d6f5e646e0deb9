// A person's own calendar address: asked of the server, and never kept on the device.

import type { Answer, Engine } from '@gatehouse/sync/api';
import type { Locale } from '../messages/index.ts';

const PATH = '/api/calendar';
const made = (answer: Readonly<Record<string, unknown>>) => {
  const at = answer['made'];
  return typeof at === 'number' || at === null ? { made: at } : undefined;
};

/** When the present address was made, UTC ms; null: there is none. */
export interface State {
  readonly made: number | null;
}

export function readCalendar(engine: Engine): Promise<Answer<State>> {
  return engine.online(PATH, null, made);
}

/** Makes an address, and ends the one before; gives its path, which is not told again. */
export function makeCalendar(engine: Engine, language: Locale): Promise<Answer<{ readonly path: string }>> {
  return engine.online(PATH, { language }, ({ path }) => (typeof path === 'string' ? { path } : undefined));
}

export function endCalendar(engine: Engine): Promise<Answer<State>> {
  return engine.online(`${PATH}/end`, {}, made);
}
