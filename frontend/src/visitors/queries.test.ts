import type { Json, Row, View } from '@gatehouse/sync/api';
import { describe, expect, test } from 'vitest';
import { isInside, orders } from './orders.ts';
import { byDay, duplicates, gatesOf, isOverdue, matching, pairOf, readInside, remarks } from './queries.ts';
import { restWords, whoWords } from './words.ts';

const NOW = Date.parse('2026-11-21T15:41:30Z');
const MINUTE = 60_000;
const row = (id: string, f: Record<string, Json>, extra: Partial<Row> = {}): Row => ({
  id,
  kind: 'visit',
  at: NOW,
  by: 'p',
  ver: id,
  n: 1,
  f: { site: 's', arrived: NOW, ...f },
  ...extra,
});

describe('may be the same person', () => {
  test('by plate, however it is written, or by name and phone together', () => {
    const found = duplicates([
      row('a', { plate: '粤B12345' }),
      row('b', { plate: '粤b 12345' }),
      row('c', { name: '王五', phone: '138-0013-8000' }),
      row('d', { name: '王五', phone: '13800138000' }),
      row('e', { name: '王五' }),
      row('f', { phone: '13800138000' }),
    ]);
    expect(Object.fromEntries(found)).toEqual({ a: ['b'], b: ['a'], c: ['d'], d: ['c'] });
  });

  test('names each other once, though plate and person both agree', () => {
    const twice = { plate: '粤B12345', name: '王五', phone: '138' };
    expect(duplicates([row('a', twice), row('b', twice)]).get('a')).toEqual(['b']);
  });

  test('not when judged apart, and never by a mask', () => {
    const rows = [row('a', { plate: '粤B12345' }), row('b', { plate: '粤B12345' })];
    expect(duplicates(rows, new Set([pairOf('b', 'a')])).size).toBe(0);
    expect(duplicates(rows.map((one) => ({ ...one, sh: true }))).size).toBe(0);
  });

  test('what is being typed is compared with who is inside', () => {
    const rows = [row('a', { plate: '粤B12345' }), row('b', { name: '王五', phone: '138' })];
    expect(matching(rows, { name: '', phone: '', plate: '粤B1234' })).toEqual([]);
    expect(matching(rows, { name: '', phone: '', plate: '粤B12345' }).map(({ id }) => id)).toEqual(['a']);
    expect(matching(rows, { name: '王五', phone: '138', plate: '' }).map(({ id }) => id)).toEqual(['b']);
    expect(matching(rows, { name: '王五', phone: '', plate: '' })).toEqual([]);
  });
});

test('an exit alone may be that of somebody whose entry came later; joined and older ones are not', async () => {
  const exit = (id: string, left: number, more: Record<string, Json> = {}): Row => {
    const { arrived: _, ...f } = row(id, { plate: '粤B12345', left, ...more }).f;
    return { ...row(id, {}), f };
  };
  const whole = row('whole', { plate: '粤B12345', left: NOW });
  const closed = [exit('out', NOW), exit('settled', NOW, { joined: 'x' }), exit('earlier', NOW - 5 * MINUTE), whole];
  const open = [row('in', { plate: '粤B12345' }), row('other', { plate: '粤B99999' })];
  const view = {
    all: async () => [],
    list: async (_: string, { prefix }: { prefix: readonly unknown[] }) => (prefix[1] === 1 ? open : closed),
    state: () => undefined,
  } as unknown as View;
  const { rows, exits } = await readInside(view, 's', new Set());
  expect(exits.map(({ id }) => id)).toEqual(['out', 'earlier']);
  expect(rows.map(({ same }) => same)).toEqual([['out'], []]);
});

describe('gates', () => {
  const post = (id: string) => ({ ...row(id, { name: id }), kind: 'post' });
  const device = (id: string, at: string, complete_to: number, held = 0) =>
    row(`g${id}`, { post: at, device: id, complete_to, held });
  const gates = (...devices: Row[]) =>
    gatesOf([post('n')], devices, [row('a', { post: 'n' }), row('b', {})], 'own', NOW)[0];

  test('count who came in there', () => {
    expect(gates()?.count).toBe(1);
  });

  test('are as fresh as the device furthest behind', () => {
    expect(gates(device('x', 'n', NOW - MINUTE), device('y', 'n', NOW - 11 * MINUTE, 2))).toMatchObject({
      upTo: NOW - 11 * MINUTE,
      stale: true,
      missing: 2,
    });
    expect(gates(device('x', 'n', NOW - 10 * MINUTE))).toMatchObject({ stale: false, missing: 0 });
  });

  test('with no device but this one have nothing missing, with none at all nothing known', () => {
    expect(gates(device('own', 'n', NOW - 99 * MINUTE, 3))).toMatchObject({ upTo: 'here', stale: false, missing: 0 });
    expect(gates()).toMatchObject({ upTo: undefined, stale: false });
    expect(gates(device('x', 'n', 0))).toMatchObject({ upTo: undefined, stale: true });
  });
});

describe('lists', () => {
  test('open visits sort above closed ones, joined ones are inside no more', () => {
    const order = orders['visit'];
    expect(order?.(row('a', {}))).toEqual(['s', 1, NOW]);
    expect(order?.(row('a', { left: NOW + 1 }))).toEqual(['s', 0, NOW]);
    expect(order?.(row('a', { left: NOW + 1, arrived: null }))).toEqual(['s', 0, NOW + 1]);
    expect(isInside(row('a', {}))).toBe(true);
    expect(isInside(row('a', { joined: 'b' }))).toBe(false);
    expect(isInside(row('a', { left: NOW }))).toBe(false);
  });

  test('days are the site’s, newest first, rows in their order', () => {
    const rows = [row('late', { arrived: NOW + 30 * MINUTE }), row('a', {}), row('b', { arrived: NOW - MINUTE })];
    const days = byDay(rows, 'Asia/Shanghai').map(([day, visits]) => [day, visits.map(({ id }) => id)]);
    expect(days).toEqual([
      ['2026-11-22', ['late']],
      ['2026-11-21', ['a', 'b']],
    ]);
    expect(byDay(rows, 'Asia/Urumqi')).toHaveLength(1);
  });

  test('overdue is only who is still inside past the time given', () => {
    expect(isOverdue(row('a', { expected_out: NOW - 1 }), NOW)).toBe(true);
    expect(isOverdue(row('a', { expected_out: NOW - 1, left: NOW }), NOW)).toBe(false);
    expect(isOverdue(row('a', {}), NOW)).toBe(false);
  });
});

describe('words', () => {
  test('a visitor is called by name, else plate, else the kind of visit', () => {
    expect(whoWords(row('a', { name: '王五', plate: '粤B12345', category: 'courier' }))).toBe('王五');
    expect(whoWords(row('a', { plate: '粤B12345', category: 'courier' }))).toBe('粤B12345');
    expect(whoWords(row('a', { category: 'courier' }))).toBe('快递');
    expect(whoWords(row('a', { category: 'of a later version' }))).toBe('其他');
  });

  test('masks are shown as they are, and a plate is not said twice', () => {
    const shaded = row('a', { name: '王**', plate: '***345', unit: '3-1201', companions: 1 }, { sh: true });
    expect([whoWords(shaded), ...restWords(shaded)]).toEqual(['王**', '3-1201', '***345', '共 2 人']);
    expect(restWords(row('a', { plate: '粤B12345' }))).toEqual([]);
  });

  test('notes of another shape are left out, not shown broken', () => {
    expect(remarks([['o', 'p', 1, 'x'], 'y', ['z']] as Json)).toEqual([{ op: 'o', by: 'p', at: 1, text: 'x' }]);
    expect(remarks('x')).toEqual([]);
  });
});
