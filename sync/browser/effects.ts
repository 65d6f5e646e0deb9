/** What a change in the office would do, asked of the server before it is made (PROTOCOL 13.2). */

import type { Answer, Effects, Planned } from './api.ts';
import type { Core } from './core.ts';
import { online } from './online.ts';

export function effects(core: Core, planned: Planned): Promise<Answer<Effects>> {
  return online(core, '/api/estate/effects', planned, ({ devices, shifts }) =>
    Array.isArray(devices) && typeof shifts === 'number' ? { devices, shifts } : undefined,
  );
}
