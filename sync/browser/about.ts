/** What the device says of itself with every exchange (PROTOCOL 8.10). */

import type { Core } from './core.ts';
import { type About, PROTOCOL_VERSION } from './protocol.ts';

export async function about({ options, ports }: Core): Promise<About> {
  const kept = await ports.storage.persisted().catch(() => false);
  return { app: options.app, protocol: PROTOCOL_VERSION, wall: Math.round(ports.wall()), kept };
}
