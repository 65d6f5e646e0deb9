import type { Act, Engine, Json, OwnAct, Row, View } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { dismiss, repeat, resolve } from './actions.ts';
import { canChoose, canRepeat, giveOf, noticeOf, readInbox, resultsOf, worthAsking } from './queries.ts';

const fact = (f: Record<string, Json>, extra: Partial<Row> = {}): Row => ({
  id: 'n',
  kind: 'notice',
  at: 7,
  by: 'other',
  ver: 'o',
  n: 1,
  f: { about: 'v', kind: 'visit.amend', op: 'o', person: 'me', state: 'open', fields: [], ...f },
  ...extra,
});
const merged = fact({
  d: 'merged',
  fields: [
    ['unit', '1', '2', 'li', 5, 'x'],
    ['name', '王', null, 'li', 6, 'x'],
    ['left_post', 'a', 'b', 'li', 6, 'x'],
    'of a later version',
    [1, 2],
  ],
});
const visit = { ...fact({}), id: 'v', kind: 'visit' };
const own: OwnAct = {
  id: 'o',
  kind: 'visit.amend',
  entity: 'v',
  at: 1,
  state: 'needs_you',
  values: { unit: '9' },
  private: { name: '王' },
};

function recorder(): { acts: Act[]; engine: Engine } {
  const acts: Act[] = [];
  const act = async (asked: Act) => {
    acts.push(asked);
    return { ok: { id: 'o', entity: 'o' } };
  };
  return { acts, engine: { act } as unknown as Engine };
}

test('a refusal carries its clause and the facts of its sentence, and nothing that is neither text nor number', () => {
  const told = { pack: 'ecom', cap: 3, odd: ['x'], none: null };
  const notice = noticeOf(fact({ d: 'refused', code: 'swap_cap', clause: 'R-SWP-06', told }), undefined, undefined);
  expect(notice.clause).toBe('R-SWP-06');
  expect(notice.told).toEqual({ pack: 'ecom', cap: 3 });
  expect('clause' in noticeOf(fact({ d: 'refused', told: [1] }), undefined, undefined)).toBe(false);
});

test('a merge shows both values and who wrote the other', () => {
  const { outcome, sides } = noticeOf(merged, visit, undefined);
  expect(outcome).toBe('merged');
  expect(sides).toEqual([
    { field: 'unit', mine: '1', theirs: '2', by: 'li', at: 5 },
    { field: 'name', mine: '王', theirs: null, by: 'li', at: 6 },
    { field: 'left_post', mine: 'a', theirs: 'b', by: 'li', at: 6 },
  ]);
  expect(sides.map(canChoose)).toEqual([true, true, false]);
});

test('keeping mine writes my values on their sides; keeping theirs writes none', async () => {
  const { acts, engine } = recorder();
  const notice = noticeOf(merged, visit, undefined);
  await resolve(engine, notice, 'mine');
  await resolve(engine, notice, 'theirs');
  expect(acts).toEqual([
    {
      kind: 'conflict.resolve',
      entity: 'v',
      values: { notice: 'n', choice: 'mine', unit: '1' },
      private: { name: '王' },
    },
    { kind: 'conflict.resolve', entity: 'v', values: { notice: 'n', choice: 'theirs' } },
  ]);
});

test('a refused act can be recorded again where that can help', async () => {
  const refused = (code: string, record: Row | undefined = visit, act: OwnAct | undefined = own) =>
    canRepeat(noticeOf(fact({ d: 'refused', code }), record, act));
  expect(refused('not_entitled')).toBe(true);
  expect(refused('already_done')).toBe(false);
  expect(refused('erased')).toBe(false);
  expect(canRepeat(noticeOf(fact({ d: 'refused', code: 'malformed' }), undefined, own))).toBe(false);
  expect(canRepeat(noticeOf(fact({ d: 'refused', code: 'malformed' }), visit, undefined))).toBe(false);
  expect(canRepeat(noticeOf(fact({ d: 'refused', code: 'malformed', kind: 'visit.arrive' }), undefined, own))).toBe(
    true,
  );
  expect(canRepeat(noticeOf(fact({ d: 'returned', why: 'x' }), visit, own))).toBe(true);

  const { acts, engine } = recorder();
  await repeat(engine, noticeOf(fact({ d: 'returned' }), visit, own));
  expect(acts).toEqual([
    { kind: 'visit.amend', entity: 'v', values: { unit: '9' }, private: { name: '王' } },
    { kind: 'notice.close', values: { notice: 'n' } },
  ]);
});

test('a creation is recorded again as a new record', async () => {
  const { acts, engine } = recorder();
  await repeat(engine, noticeOf(fact({ d: 'refused', code: 'malformed', kind: 'visit.arrive' }), undefined, own));
  expect(acts[0]).not.toHaveProperty('entity');
  await dismiss(engine, noticeOf(merged, undefined, undefined));
  expect(acts.at(-1)).toEqual({ kind: 'notice.close', values: { notice: 'n' } });
});

const swap = (f: Record<string, Json> = {}, extra: Partial<Row> = {}): Row => ({
  ...fact({}, extra),
  kind: 'swap',
  f: { give: 's', mode: 'give_away', asked: ['li'], team: 't', state: 'requested', ...f },
});

test('a move that came too late says who was first', () => {
  const late = fact({ d: 'refused', code: 'wrong_state', kind: 'swap.accept', because: ['accepted', 'li', 9, 'x'] });
  expect(noticeOf(late, swap(), undefined).because).toEqual({ state: 'accepted', person: 'li', at: 9 });
  expect(noticeOf(merged, visit, undefined).because).toBeUndefined();
  expect(noticeOf(fact({ d: 'refused', because: ['accepted'] }), undefined, undefined).because).toBeUndefined();
});

test('a move is worth repeating only while the swap can still make it', () => {
  const refused = (kind: string, code: string, record: Row | undefined) =>
    canRepeat(noticeOf(fact({ d: 'refused', code, kind }), record, { ...own, kind, values: {} }));
  expect(refused('swap.approve', 'not_entitled', swap({ state: 'accepted' }))).toBe(true);
  expect(refused('swap.approve', 'not_entitled', swap({ state: 'approved' }))).toBe(false);
  expect(refused('swap.approve', 'wrong_state', swap({ state: 'accepted' }))).toBe(false);
  expect(refused('swap.accept', 'overlap', swap())).toBe(false);
  expect(refused('swap.request', 'unsendable', undefined)).toBe(true);
  expect(refused('swap.request', 'shift_changed', undefined)).toBe(false);
});

test('a request that was never made is known by the shift it named', () => {
  const act = { ...own, kind: 'swap.request', values: { give: 's9' } };
  expect(giveOf(noticeOf(fact({ d: 'refused', kind: 'swap.request' }), undefined, act))).toBe('s9');
  expect(giveOf(noticeOf(fact({ d: 'refused', kind: 'swap.accept' }), swap(), undefined))).toBe('s');
  expect(giveOf(noticeOf(merged, visit, own))).toBe('');
});

test('the supervisor is named where they know more', () => {
  const asks = (code: string) => worthAsking(noticeOf(fact({ d: 'refused', code }), undefined, undefined));
  expect(['overlap', 'not_entitled', 'wrong_state', 'shift_changed'].map(asks)).toEqual([true, true, false, false]);
});

test('results are the swaps one asked for or took that ended in the last week', () => {
  const DAY = 86_400_000;
  const ended = (id: string, state: string, day: number, extra: Partial<Row> = {}, f: Record<string, Json> = {}) =>
    swap({ state, ...f }, { id, by: 'me', w: { state: ['boss', day * DAY, 'x'] }, ...extra });
  const rows = [
    ended('old', 'approved', 2),
    ended('first', 'rejected', 6),
    ended('taken', 'approved', 8, { by: 'li' }, { accepted_by: 'me' }),
    ended('others', 'approved', 8, { by: 'li' }, { accepted_by: 'wang' }),
    ended('open', 'accepted', 8),
  ];
  const found = resultsOf(rows, 'me', 10 * DAY);
  expect(found.map(({ swap: { id }, who, at }) => [id, who, at / DAY])).toEqual([
    ['taken', 'boss', 8],
    ['first', 'boss', 6],
  ]);
});

test('results are beside what needs the person, and their shifts are read', async () => {
  const rows: Row[] = [
    fact({ d: 'refused', code: 'overlap', kind: 'swap.accept', about: 'w' }),
    fact({ state: 'closed' }, { id: 'closed' }),
    swap({ state: 'approved' }, { id: 'w', by: 'me', w: { state: ['boss', 5, 'x'] } }),
    { ...fact({}, { id: 's' }), kind: 'shift', f: { start: 1, end: 2, post: 'p' } },
    { ...fact({}, { id: 'me' }), kind: 'person', f: { superior: 'boss' } },
    { ...fact({}, { id: 'boss' }), kind: 'person', f: { name: 'Lu', phone: '1' } },
  ];
  const view = {
    get: async (id: string) => rows.find((row) => row.id === id),
    all: async (kind: string) => rows.filter((row) => row.kind === kind),
    ownActs: () => [],
  } as unknown as View;
  const inbox = await readInbox(view, 'me', 7);
  expect(inbox.notices).toHaveLength(1);
  expect(inbox.results).toHaveLength(1);
  expect([...inbox.shifts.keys()]).toEqual(['s']);
  expect(inbox.superior).toEqual({ name: 'Lu', phone: '1' });
});
