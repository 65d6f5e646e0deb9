/** The digests of what a database holds, per scope (PROTOCOL 8.8). */

import { add, type Days } from './digest.ts';
import { expiryDay } from './shade.ts';
import type { RowsDb } from './store.ts';

/** By scope and expiry day; a scope without rows has no days. */
export async function digests(db: RowsDb): Promise<Record<string, Days>> {
  const tx = db.transaction(['rows', 'cursors']);
  const scopes = await tx.objectStore('cursors').getAllKeys();
  const rows = await tx.objectStore('rows').getAll();
  const byScope: Record<string, Days> = Object.fromEntries(scopes.map((scope) => [scope, {}]));
  for (const { body, scopes: carried } of rows) {
    for (const scope of carried) byScope[scope] = add(byScope[scope] ?? {}, expiryDay(body), body.id, body.ver);
  }
  return byScope;
}
