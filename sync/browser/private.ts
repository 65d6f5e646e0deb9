/** Where private parts lie: in the outbox until acknowledged, then with their author alone (P13). */

import type { Core } from './core.ts';
import type { OutboxOp } from './schema.ts';
import { write } from './store.ts';

/**
 * Moves the private parts of acknowledged ops to their authors' databases, and drops those of people this device no
 * longer knows. The copy is on disk before the original goes; a crash in between leaves both, never neither.
 */
export async function tuckAway(core: Core, ids: readonly string[]): Promise<void> {
  const device = await core.store.device();
  const tx = device.transaction(['ops', 'people']);
  const found = await Promise.all(ids.map((id) => tx.objectStore('ops').get(id)));
  const known = new Set(await tx.objectStore('people').getAllKeys());
  const full = found.filter((op): op is OutboxOp => op?.private !== undefined && op.open === undefined);
  for (const actor of new Set(full.map((op) => op.actor))) {
    const theirs = full.filter((op) => op.actor === actor);
    if (known.has(actor)) await keep(core, actor, theirs);
    await write(device, ['ops'], 'strict', async (stripping) => {
      for (const { id } of theirs) {
        const now = await stripping.objectStore('ops').get(id);
        if (now === undefined || now.open) continue;
        const { private: _private, salt: _salt, ...rest } = now;
        await stripping.objectStore('ops').put(rest);
      }
    });
  }
}

async function keep(core: Core, actor: string, ops: readonly OutboxOp[]): Promise<void> {
  await write(await core.store.person(actor), ['kept'], 'strict', async (tx) => {
    for (const { id, private: text, salt } of ops) {
      if (text !== undefined && salt !== undefined) await tx.objectStore('kept').put({ id, private: text, salt });
    }
  });
}
