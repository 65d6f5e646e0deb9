import type { OwnAct, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { requestsIn } from './requests.ts';

test('a request that was delivered is sent, also where the network went before its record came back', () => {
  const row: Row = { id: 'x', kind: 'leave', at: 0, by: 'zhao', ver: 'x', n: 0, f: { since: 1, until: 2 } };
  const act: OwnAct = { id: 'a', kind: 'leave.request', entity: 'x', at: 0, state: 'waiting' };
  const sent = (one: OwnAct) => requestsIn([row], [one])[0]?.sent;
  expect(sent(act)).toBe(false);
  expect(sent({ ...act, state: 'delivered', code: 'unknown_kind' })).toBe(false);
  expect(sent({ ...act, state: 'delivered' })).toBe(true);
  expect(sent({ ...act, state: 'delivered', entity: 'y' })).toBe(false);
});
