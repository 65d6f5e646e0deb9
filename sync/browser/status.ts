/** What the status line says, read afresh whenever something changed. */

import type { Json, Kiosk, Known, Status, Who } from './api.ts';
import { type Core, recall, whoami } from './core.ts';
import { readMarker, writeMarker } from './marker.ts';
import type { Identity, Session } from './schema.ts';
import { meta } from './store.ts';

/** What only this run of the app knows. */
export interface Signs {
  network: Status['network'];
  oldApp: boolean;
  /** Whether the last act, or the last exchange, found no room. */
  storageFull: { act: boolean; exchange: boolean };
  /** The databases were emptied while acts were unsent. */
  storageLost: boolean;
  /** Open notices, as the view counts them. */
  needsYou: number;
}

export async function readStatus(core: Core, signs: Signs): Promise<Status> {
  const device = await core.store.device();
  const { identity, session } = await whoami(core);
  const waiting = await device.countFromIndex('ops', 'open');
  const mark = session === undefined ? undefined : await (await core.store.person(session.person)).get('mark', 'mark');
  return {
    network: signs.network,
    waiting,
    // What was counted a moment ago may be on its way since, and what is on its way may have been decided.
    sending: Math.min(waiting, core.memory.sending.size),
    needsYou: session === undefined ? 0 : signs.needsYou,
    syncedAt: (session === undefined ? await recall(core, 'exchanged') : mark?.at) ?? null,
    clockOffset: core.time.offset(),
    persistent: await core.ports.storage.persisted(),
    trouble: troubleOf(signs, identity, session),
  };
}

function troubleOf(signs: Signs, identity: Identity | undefined, session: Session | undefined): Status['trouble'] {
  if (signs.oldApp) return 'old_app';
  if (identity?.gone === 'revoked') return 'revoked';
  if (signs.storageLost) return 'storage_lost';
  if (signs.storageFull.act || signs.storageFull.exchange) return 'storage_full';
  return identity?.gone === 'unknown' || session?.ended ? 'signed_out_elsewhere' : null;
}

export async function readWho(core: Core): Promise<Who | null> {
  const { identity, session } = await whoami(core);
  if (identity === undefined || session === undefined) return null;
  return { person: session.person, org: session.org, device: identity.device };
}

export async function readKnown(core: Core): Promise<Known[]> {
  const people = await (await core.store.device()).getAll('people');
  return people.filter(({ name }) => name !== '').map(({ person, name }) => ({ person, name }));
}

/** What the device's own scope says it is: a post's kiosk, or not. It outlives sign-ins and outages (10.7). */
export async function readKiosk(core: Core): Promise<Kiosk | null> {
  const { identity } = await whoami(core);
  const range = IDBKeyRange.bound(['kiosk'], ['kiosk', []]);
  const rows = await (await core.store.device()).getAllFromIndex('rows', 'order', range);
  const fields = rows.find(({ body }) => body.f['device'] === identity?.device)?.body.f;
  if (identity === undefined || identity.gone !== undefined || typeof fields?.['post'] !== 'string') return null;
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '');
  return {
    post: fields['post'],
    name: text(fields['name']),
    site: text(fields['site']),
    siteName: text(fields['site_name']),
    zone: text(fields['zone']) || 'UTC',
    label: text(fields['label']),
  };
}

/** Notes the chain's end beside the databases. */
export async function noteEnd(core: Core): Promise<void> {
  const tx = (await core.store.device()).transaction(['meta', 'ops']);
  const identity = await meta(tx.objectStore('meta'), 'identity');
  const end = await meta(tx.objectStore('meta'), 'end');
  const waiting = await tx.objectStore('ops').index('open').count();
  if (identity === undefined || end === undefined) return;
  writeMarker(core.ports, { end: { chain: identity.chain, link: end.link, n: end.n }, waiting });
}

/** Whether acts were lost with the databases: the note beside them says that some waited, and there is no device. */
export async function storageLost(core: Core): Promise<boolean> {
  const { identity } = await whoami(core);
  return identity === undefined && (readMarker(core.ports)?.waiting ?? 0) > 0;
}
