/** Where private parts lie: in the outbox until acknowledged, then with their author alone (P13). */

import type { Core } from './core.ts';
import type { OutboxOp } from './schema.ts';
import { type Sealable, seal, sealKey } from './seal.ts';
import { write } from './store.ts';
import { NoAnswerError } from './transport.ts';

/**
 * Moves the private parts of acknowledged ops to their authors' databases, and drops those of people this device no
 * longer knows; sealed to the server each stays with its op (P29). The copies are on disk before the original goes; a
 * crash in between leaves all of them, never none. What cannot be sealed yet, for the server's key was never heard of
 * and is out of reach, stays as it is until `last`.
 */
export async function tuckAway(core: Core, ids: readonly string[], last = false): Promise<void> {
  const device = await core.store.device();
  const tx = device.transaction(['ops', 'people']);
  const found = await Promise.all(ids.map((id) => tx.objectStore('ops').get(id)));
  const known = new Set(await tx.objectStore('people').getAllKeys());
  const full = found.filter((op): op is OutboxOp => op?.private !== undefined && op.open === undefined);
  if (full.length === 0) return;
  const sealed = await sealing(core, full);
  if (sealed === undefined && !last) return;
  for (const actor of new Set(full.map((op) => op.actor))) {
    const theirs = full.filter((op) => op.actor === actor);
    if (known.has(actor)) await keep(core, actor, theirs);
    await write(device, ['ops'], 'strict', async (stripping) => {
      for (const { id } of theirs) {
        const now = await stripping.objectStore('ops').get(id);
        if (now === undefined || now.open) continue;
        const { private: _private, salt: _salt, ...rest } = now;
        const box = sealed?.get(id);
        await stripping.objectStore('ops').put(box === undefined ? rest : { ...rest, sealed: box });
      }
    });
  }
}

/** Sealed parts by op: none for a server that has no key for it, undefined while that cannot be told. */
async function sealing(core: Core, ops: readonly OutboxOp[]): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const key = await sealKey(core);
    return key === null ? new Map() : await seal(key, ops.flatMap(sealable));
  } catch (error) {
    if (error instanceof NoAnswerError) return undefined;
    throw error;
  }
}

function sealable({ id, head, private: text, salt }: OutboxOp): Sealable[] {
  const { com } = JSON.parse(head) as { com: string | null };
  return com === null || text === undefined || salt === undefined ? [] : [{ id, com, private: text, salt }];
}

async function keep(core: Core, actor: string, ops: readonly OutboxOp[]): Promise<void> {
  await write(await core.store.person(actor), ['kept'], 'strict', async (tx) => {
    for (const { id, private: text, salt } of ops) {
      if (text !== undefined && salt !== undefined) await tx.objectStore('kept').put({ id, private: text, salt });
    }
  });
}
