/** A record's whole history, asked of the server (PROTOCOL §12): devices hold the present alone. */

import type { Answer, History } from './api.ts';
import type { Core } from './core.ts';
import { online } from './online.ts';

export function history(core: Core, entity: string): Promise<Answer<History>> {
  return online(core, `/api/sync/history/${entity}`, null, (answer) => {
    const { entries, names } = answer as unknown as History;
    return Array.isArray(entries) ? { entries, names: names ?? {} } : undefined;
  });
}
