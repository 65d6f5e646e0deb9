import type { Act, Engine, Json, OwnAct, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { dismiss, repeat, resolve } from './actions.ts';
import { canChoose, canRepeat, noticeOf } from './queries.ts';

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
