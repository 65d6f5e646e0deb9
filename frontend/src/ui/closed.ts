import type { Row } from '@gatehouse/sync/api';
import { numberOf } from './context.ts';

/** Whether a row of the estate (site, post, team …) is out of use. */
export function isClosed(row: Row): boolean {
  return numberOf(row, 'closed') !== undefined;
}
