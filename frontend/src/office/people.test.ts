import type { Json, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { isWhole, knownValues, UNKNOWN } from './known.ts';
import {
  deputiesAbout,
  type Filter,
  filtered,
  fromDay,
  leadOf,
  mayBeStoodInFor,
  reportsTo,
  roleProblem,
  rolesOf,
  searchText,
  staffOf,
} from './people.ts';

const HOUR = 3_600_000;
const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-22T02:00Z');

function row(kind: string, id: string, f: Record<string, Json>): Row {
  return { id, kind, at: 1, by: 'admin', f, ver: id, n: 1 };
}

function role(id: string, person: string, name: string, more: Record<string, Json> = {}): Row {
  return row('role', id, { person, role: name, since: NOW - HOUR, ...more });
}

const STAFF = staffOf({
  people: [
    row('person', 'zhao', { name: '赵大勇', staff_no: '10', team: 'day', superior: 'lu', since: NOW - HOUR }),
    row('person', 'lu', { name: '陆建平', staff_no: '2', team: 'day', superior: 'fang' }),
    row('person', 'qin', { name: '秦永强', staff_no: '3', team: 'night', superior: 'fang' }),
    row('person', 'fang', { name: '方远航', staff_no: '1' }),
    row('person', 'kong', { name: '孔庆丰', staff_no: '11', team: 'day', superior: 'lu', dismissed: NOW }),
    row('person', 'leaves', { name: '走之', staff_no: '12', team: 'night', dismissed: NOW + 1 }),
  ],
  roles: [
    role('r1', 'zhao', 'guard', { site: 'home' }),
    role('r2', 'lu', 'supervisor', { site: 'home', team: 'day' }),
    role('r3', 'qin', 'supervisor', { site: 'home', team: 'night', until: NOW }),
    role('r4', 'fang', 'admin'),
    role('r5', 'kong', 'guard', { site: 'tower' }),
    role('r6', 'leaves', 'guard', { site: 'tower', since: NOW + HOUR }),
  ],
  deputies: [
    row('deputy', 'd1', { absent: 'lu', deputy: 'qin', since: NOW - HOUR, until: NOW + HOUR }),
    row('deputy', 'd2', { absent: 'lu', deputy: 'fang', since: NOW - 2 * HOUR, until: NOW }),
  ],
  teams: [row('team', 'night', { name: '夜班组' }), row('team', 'day', { name: '日班组', closed: 5 })],
  sites: [row('site', 'home', { name: '翠湖花园' })],
});

test('people come in the order of their numbers, not of their digits', () => {
  expect(STAFF.people.map(({ staffNo }) => staffNo)).toEqual(['1', '2', '3', '10', '11', '12']);
});

test.each<[Filter, string[]]>([
  [{}, ['fang', 'lu', 'qin', 'zhao', 'leaves']],
  [{ gone: true }, ['kong']],
  [{ gone: true, site: 'tower', role: 'guard' }, ['kong']],
  [{ team: 'day' }, ['lu', 'zhao']],
  [{ role: 'supervisor' }, ['lu']],
  [{ role: 'guard', site: 'tower' }, ['leaves']],
  [{ site: 'tower' }, ['fang', 'leaves']],
  [{ site: 'home', team: 'night' }, []],
])('the filter %j shows %j', (filter, expected) => {
  expect(filtered(STAFF, filter, NOW).map(({ id }) => id)).toEqual(expected);
});

test('one is searched by name, number and team', () => {
  const [zhao] = STAFF.people.filter(({ id }) => id === 'zhao');
  expect(zhao && searchText(STAFF, zhao)).toBe('赵大勇 10 日班组');
});

test('a team is led by whose role holds now', () => {
  expect(leadOf(STAFF, 'day', NOW)?.id).toBe('lu');
  expect(leadOf(STAFF, 'night', NOW)).toBeUndefined();
  expect(leadOf(STAFF, 'night', NOW - 1)?.id).toBe('qin');
});

test('roles that are over are not among those of now, roles to come are', () => {
  expect(rolesOf(STAFF, 'qin', NOW)).toEqual([]);
  expect(rolesOf(STAFF, 'leaves', NOW)).toHaveLength(1);
  expect(['lu', 'qin', 'zhao', 'fang'].map((id) => mayBeStoodInFor(STAFF, id, NOW))).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test('deputies of one’s own, those that are not over', () => {
  expect(deputiesAbout(STAFF, 'lu', NOW).map(({ id }) => id)).toEqual(['d1']);
  expect(deputiesAbout(STAFF, 'qin', NOW).map(({ id }) => id)).toEqual(['d1']);
  expect(deputiesAbout(STAFF, 'fang', NOW)).toEqual([]);
});

test('who reports to somebody has not left', () => {
  expect(reportsTo(STAFF, 'lu', NOW).map(({ id }) => id)).toEqual(['zhao']);
});

test('from today is from now, another day from its midnight', () => {
  expect(fromDay('2026-11-22', NOW, ZONE)).toBe(NOW);
  expect(fromDay('2026-11-23', NOW, ZONE)).toBe(Date.parse('2026-11-22T16:00Z'));
  expect(fromDay('2026-11-01', NOW, ZONE)).toBe(Date.parse('2026-10-31T16:00Z'));
  expect(fromDay('', NOW, ZONE)).toBeUndefined();
});

test('a form carries what differs: name and phone hidden, what was cleared as nothing', () => {
  const before = { name: '赵大勇', staffNo: '10', phone: '138', grade: '一级', skills: '' };
  expect(knownValues(before, before)).toEqual({ values: {}, private: {} });
  expect(knownValues(before, { name: ' 赵小勇 ', staffNo: '10 ', phone: '', grade: ' ', skills: ' 消防证 ' })).toEqual({
    values: { grade: null, skills: '消防证' },
    private: { name: '赵小勇', phone: null },
  });
  expect(knownValues(UNKNOWN, before)).toEqual({
    values: { staff_no: '10', grade: '一级' },
    private: { name: '赵大勇', phone: '138' },
  });
  expect([UNKNOWN, before, { ...before, staffNo: ' ' }].map(isWhole)).toEqual([false, true, false]);
});

test('a role needs a site, a supervisor a team too, an admin neither', () => {
  expect(roleProblem('guard', {})).toBe('site');
  expect(roleProblem('guard', { site: '' })).toBeUndefined();
  expect(roleProblem('supervisor', { site: 'home' })).toBe('team');
  expect(roleProblem('supervisor', { site: 'home', team: 'day' })).toBeUndefined();
  expect(roleProblem('admin', {})).toBeUndefined();
});
