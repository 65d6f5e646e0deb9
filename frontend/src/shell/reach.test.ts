import type { Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import type { Standing } from '../ui/context.ts';
import { matching, reach } from './reach.ts';

const NOW = 1_000;

function person(id: string, f: Record<string, string | number>): Row {
  return { id, kind: 'person', at: 0, by: 'x', f: { name: id, staff_no: id, ...f }, ver: 'v', n: 1 };
}

const PEOPLE = [
  person('C3', { team: 'two' }),
  person('A1', { team: 'one' }),
  person('B2', { team: 'one', dismissed: NOW }),
  person('D4', { team: 'one', dismissed: NOW + 1 }),
  person('me', { team: 'one' }),
];

const standing = (leads: string[], ...roles: string[]): Standing => ({ team: 'one', leads, roles: new Set(roles) });
const ids = (of: Standing) => reach(PEOPLE, 'me', of, NOW).map(({ id }) => id);

test('an admin reaches everybody who is still here, whoever leads their own teams without themselves', () => {
  expect(ids(standing([], 'admin'))).toEqual(['A1', 'C3', 'D4', 'me']);
  expect(ids(standing(['one'], 'supervisor'))).toEqual(['A1', 'D4']);
  expect(ids(standing(['one', 'two'], 'supervisor'))).toEqual(['A1', 'C3', 'D4']);
  expect(ids(standing([], 'manager', 'guard'))).toEqual([]);
});

test('a colleague is found by name or staff number as people type them', () => {
  const people = [
    { id: '1', name: '王建军', staffNo: 'G-12' },
    { id: '2', name: 'Anna Li', staffNo: 'A7' },
  ];
  const found = (typed: string) => matching(people, typed).map(({ id }) => id);
  expect(found('建')).toEqual(['1']);
  expect(found('g12')).toEqual(['1']);
  expect(found('Ｇ１')).toEqual(['1']);
  expect(found('annali')).toEqual(['2']);
  expect(found('')).toEqual(['1', '2']);
  expect(found('zz')).toEqual([]);
});
