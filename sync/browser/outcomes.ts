/** Outcomes: what became of this device's ops, as its own scope tells it (P12). Codes only. */

import type { Outcome } from './decision.ts';
import type { Page } from './protocol.ts';
import { type DeviceTx, meta } from './store.ts';

/** Notes the decisions that the rows of `pages` carry, with their `vouchers` by op; answers the ids of the ops they are about. */
export async function outcomes(
  tx: DeviceTx,
  pages: readonly Page[],
  vouchers: Readonly<Record<string, string>>,
): Promise<string[]> {
  const ops = tx.objectStore('ops');
  const identity = await meta(tx.objectStore('meta'), 'identity');
  const decided: string[] = [];
  for (const [, body] of pages.flatMap((page) => page.rows)) {
    if (body.kind !== 'outcome' || identity === undefined) continue;
    const { op: id, chain, cn, d, code } = body.f;
    // A stub has no id the server knows: it is told by its place in the chain.
    const here = chain === identity.chain && typeof cn === 'number';
    const held =
      typeof id === 'string'
        ? await ops.get(id)
        : here
          ? await ops.index('position').get([identity.gen, cn])
          : undefined;
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
