/** Outcomes: what became of this device's ops, as its own scope tells it (P12). Codes only. */

import type { Outcome } from './decision.ts';
import type { Page } from './protocol.ts';
import type { DeviceTx } from './store.ts';

/** Notes the decisions that the rows of `pages` carry, with their `vouchers` by op; answers the ids of the ops they are about. */
export async function outcomes(
  tx: DeviceTx,
  pages: readonly Page[],
  vouchers: Readonly<Record<string, string>>,
): Promise<string[]> {
  const ops = tx.objectStore('ops');
  const decided: string[] = [];
  for (const [, body] of pages.flatMap((page) => page.rows)) {
    if (body.kind !== 'outcome') continue;
    const { op: id, d, code } = body.f;
    // One without an id is of a stub. The reply to its push told it; its number may be another act's here, when it is of
    // another copy of this profile.
    const held = typeof id === 'string' ? await ops.get(id) : undefined;
    if (held === undefined) continue;
    const { open: _open, code: _code, ...op } = held;
    const voucher = vouchers[held.id] || op.voucher;
    await ops.put({
      ...op,
      d: d as Outcome,
      ...(typeof code === 'string' ? { code } : {}),
      ...(voucher === undefined ? {} : { voucher }),
    });
    decided.push(held.id);
  }
  return decided;
}
