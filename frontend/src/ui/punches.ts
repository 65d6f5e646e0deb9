// A punch as screens deal with it, for every feature that shows one.

import type { Row } from '@gatehouse/sync/api';
import { numberOf, textOf } from './context.ts';

const MINUTE = 60_000;
/** A shift takes punches from so long before its start to so long after its end, ms. */
export const BEFORE = 90 * MINUTE;
export const AFTER = 180 * MINUTE;

export type Direction = 'in' | 'out';

export interface Punch {
  readonly id: string;
  readonly person: string;
  readonly direction: Direction;
  /** Corrected, UTC ms. */
  readonly at: number;
  /** The shift it was recorded for, when it names one. */
  readonly shift: string | undefined;
}

export function punchOf(row: Row): Punch {
  return {
    id: row.id,
    person: row.by,
    direction: row.f['direction'] === 'out' ? 'out' : 'in',
    at: numberOf(row, 'punched') ?? row.at,
    shift: textOf(row, 'shift') || undefined,
  };
}
