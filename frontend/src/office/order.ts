// The places of things that stand in an order. Pure.

import type { Act, Row } from '@gatehouse/sync/api';
import { numberOf } from '../ui/context.ts';

const LAST = 999;

/** The place after the last one. */
export function next(rows: readonly Row[]): number {
  return Math.min(LAST, Math.max(0, ...rows.map((row) => numberOf(row, 'order') ?? 0)) + 1);
}

/** The acts that put one of the rows into another place; rows that stand right already are left alone. */
export function moves(rows: readonly Row[], from: number, to: number): Act[] {
  const after = [...rows];
  const [moved] = after.splice(from, 1);
  if (moved) after.splice(to, 0, moved);
  return after.flatMap((row, index) =>
    numberOf(row, 'order') === index + 1 ? [] : [{ kind: 'post.amend', entity: row.id, values: { order: index + 1 } }],
  );
}
