/** Rows of scopes in a database: how pages enter it and scopes leave it (PROTOCOL 8.2–8.5, P21, P23). */

import type { EngineOptions, Row } from './api.ts';
import type { Body } from './apply.ts';
import type { Topic } from './bus.ts';
import { DAY, entityKind } from './entities.ts';
import type { Page } from './protocol.ts';
import type { HeldRow } from './schema.ts';
import { closedAt, expiryDay } from './shade.ts';
import { newer, type Stamp } from './stamp.ts';
import type { ScopedTx } from './store.ts';

type RowStore = ReturnType<typeof rowsOf>;

function rowsOf(tx: ScopedTx) {
  return tx.objectStore('rows');
}

/** Takes a page in, whole, and adds what changed to `changed`; false when it does not begin where the scope ends. */
export async function applyPage(
  tx: ScopedTx,
  page: Page,
  orders: EngineOptions['orders'],
  changed: Set<Topic>,
): Promise<boolean> {
  const cursor = await tx.objectStore('cursors').get(page.scope);
  const follows = cursor === undefined ? page.after === 0 : cursor.epoch === page.epoch && cursor.seq === page.after;
  if (!follows) return false;
  const rows = rowsOf(tx);
  for (const [n, body] of page.rows) {
    const held = await rows.get(body.id);
    const scopes = [...new Set([...(held?.scopes ?? []), page.scope])];
    if (held === undefined || n > held.n) {
      await rows.put(heldRow(n, body, scopes, orders));
      changed.add(`rows:${body.kind}`);
    } else if (scopes.length > held.scopes.length) {
      await rows.put({ ...held, scopes });
    }
  }
  for (const id of page.gone) await leave(rows, await rows.get(id), page.scope, changed);
  const { scope, epoch, upto, stamp } = page;
  await tx.objectStore('cursors').put({ scope, epoch, seq: upto });
  if (stamp != null) await keepStamp(tx, stamp);
  return true;
}

/** Holds the stamp when it is newer than the one held. */
export async function keepStamp(tx: ScopedTx, stamp: Stamp): Promise<void> {
  const store = tx.objectStore('stamp');
  if (newer(stamp, await store.get('stamp'))) await store.put(stamp, 'stamp');
}

/** Takes a scope out, with all rows that nothing else carries: to purge it, or to begin at 0 again. */
export async function dropScope(tx: ScopedTx, scope: string, changed: Set<Topic>): Promise<void> {
  const rows = rowsOf(tx);
  await tx.objectStore('cursors').delete(scope);
  for (const held of await rows.index('scopes').getAll(scope)) await leave(rows, held, scope, changed);
}

async function leave(rows: RowStore, held: HeldRow | undefined, scope: string, changed: Set<Topic>): Promise<void> {
  if (held === undefined || !held.scopes.includes(scope)) return;
  const scopes = held.scopes.filter((other) => other !== scope);
  if (scopes.length > 0) {
    await rows.put({ ...held, scopes });
    return;
  }
  await rows.delete(held.id);
  changed.add(`rows:${held.body.kind}`);
}

/** A row with its place in the order of its kind and the instant at which it must be shaded or dropped. */
export function heldRow(n: number, body: Body, scopes: readonly string[], orders: EngineOptions['orders']): HeldRow {
  const due = dueAt(body);
  const row = { id: body.id, key: keyOf({ ...body, n }, orders), n, scopes, body };
  return due === null ? row : { ...row, due };
}

/** `[kind, ...order]` of a row. */
export function keyOf(row: Row, orders: EngineOptions['orders']): (string | number)[] {
  return [row.kind, ...(orders[row.kind]?.(row) ?? [])];
}

function dueAt(body: Body): number | null {
  const closed = closedAt(body);
  if (closed === null) return null;
  return body.sh ? expiryDay(body) * DAY : closed + (entityKind(body.kind).full_ms ?? 0);
}
