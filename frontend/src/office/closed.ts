import type { Row } from '@gatehouse/sync/api';
import { numberOf } from '../ui/context.ts';

/** Whether a row of the estate is out of use. */
export function isClosed(row: Row): boolean {
  return numberOf(row, 'closed') !== undefined;
}
