/** What a device no longer needs goes (P13, P25, P29): by anchored time, an hour apart, and never an act unsent. */

import type { Topic } from './bus.ts';
import { unb64 } from './canon.ts';
import { type Core, recall } from './core.ts';
import { replays } from './own.ts';
import { tuckAway } from './private.ts';
import { forget } from './pull.ts';
import { heldRow } from './rows.ts';
import type { OutboxOp } from './schema.ts';
import { shade } from './shade.ts';
import { readKiosk } from './status.ts';
import { type PersonDb, type RowsDb, rowsDb, write } from './store.ts';

/** How long acknowledged acts stay, for a server that goes back in time, and databases that nobody opens. */
const KEEP_MS = 7 * 86_400_000;
/** On a post's tablet, which anybody can take up, what was there for one person stays no longer than this. */
const SHARED_MS = 3_600_000;
const SIGN_INS = 100;

export async function keepHouse(core: Core): Promise<void> {
  const changed = new Set<Topic>();
  const present = (await recall(core, 'session'))?.person;
  const limit = core.time.atLeast() - KEEP_MS;
  const shared = (await readKiosk(core)) !== null;
  for (const { person, used } of await (await core.store.device()).getAll('people')) {
    const gone = used < (shared ? core.time.atLeast() - SHARED_MS : limit);
    if (person !== present && gone && !(shared && (await waiting(core, person)))) await forget(core, person);
    else await shadeRows(core, rowsDb(await core.store.person(person)), changed);
  }
  await shadeRows(core, rowsDb(await core.store.device()), changed);
  await dropOldActs(core, limit);
  await dropCertificates(core);
  core.store.bus.tell(changed);
}

/** Whether acts of a person have no decision yet: what they carry in private is put away with the person's own. */
async function waiting(core: Core, person: string): Promise<boolean> {
  const acts = await (await core.store.device()).getAllFromIndex('ops', 'actor', person);
  return acts.some((op) => op.open === 1);
}

/** Rows that are due become their shade or go. */
async function shadeRows(core: Core, db: RowsDb, changed: Set<Topic>): Promise<void> {
  const now = core.time.atLeast();
  await write(db, ['rows', 'keys'], 'relaxed', async (tx) => {
    const rows = tx.objectStore('rows');
    for (const held of await rows.index('due').getAll(IDBKeyRange.upperBound(now))) {
      const keys = await Promise.all(held.scopes.map((scope) => tx.objectStore('keys').get(scope)));
      const key = keys.find((each) => each !== undefined);
      const body = shade(held.body, key === undefined ? null : unb64(key), now);
      if (body === null) await rows.delete(held.id);
      else await rows.put(heldRow(held.n, body, held.scopes, core.options.orders));
      changed.add(`rows:${held.body.kind}`);
    }
  });
}

/** Acts decided long ago go, with their private parts; those a view still replays stay. */
async function dropOldActs(core: Core, limit: number): Promise<void> {
  const device = await core.store.device();
  const people = new Set(await device.getAllKeys('people'));
  const decided = (await device.getAll('ops')).filter((op) => op.open === undefined);
  await tuckAway(
    core,
    decided.filter((op) => op.private !== undefined).map((op) => op.id),
    true,
  );
  const old = decided.filter((op) => op.at < limit);
  for (const actor of new Set(old.map((op) => op.actor))) {
    const db = people.has(actor) ? await core.store.person(actor) : null;
    const mark = await db?.get('mark', 'mark');
    const gone = old.filter((op) => op.actor === actor && (db === null || !replays(op, mark)));
    if (db !== null) await dropKept(db, gone);
    await write(device, ['ops'], 'relaxed', async (tx) => {
      for (const { id } of gone)
        if (!(await tx.objectStore('ops').get(id))?.open) await tx.objectStore('ops').delete(id);
    });
  }
}

async function dropKept(db: PersonDb, ops: readonly OutboxOp[]): Promise<void> {
  await write(db, ['kept'], 'relaxed', async (tx) => {
    for (const { id } of ops) await tx.objectStore('kept').delete(id);
  });
}

/** Sign-ins that no act here refers to any more go, but for the newest. */
async function dropCertificates(core: Core): Promise<void> {
  const device = await core.store.device();
  const heads = (await device.getAll('ops')).map((op) => (JSON.parse(op.head) as { auth: string }).auth);
  const wanted = new Set([...heads, (await recall(core, 'session'))?.auth]);
  await write(device, ['certs'], 'relaxed', async (tx) => {
    const signIns = (await tx.objectStore('certs').getAll()).filter((cert) => cert.type === 'sign_in');
    for (const { id } of signIns.slice(0, -SIGN_INS)) if (!wanted.has(id)) await tx.objectStore('certs').delete(id);
  });
}
