import type { HistoryEntry } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { actorWords, LATE, lateWords, lostWords, ofVisits, outcomeOf, setWords, whyWords } from './history-words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ZONE = 'Asia/Shanghai';
const AT = Date.parse('2026-11-21T14:02:00+08:00');
const names = new Map([
  ['zhao', '赵大勇'],
  ['east', '东门岗'],
]);
const reading = { names, self: 'me', now: AT + HOUR, zone: ZONE, words: ofVisits };

function entry(part: Partial<HistoryEntry> = {}): HistoryEntry {
  const plain = { op: 'o', kind: 'visit.amend', actor: 'zhao', device: 'd', label: '东门岗平板', d: 'applied' };
  return { ...plain, at: AT, received: AT, touched: [], lost: [], later: [], ...part };
}

test('people are called by name, oneself “me”, the server by what it is', () => {
  const call = (part: Partial<HistoryEntry>) => actorWords(entry(part), reading);
  expect(call({})).toBe('赵大勇');
  expect(call({ actor: 'me' })).toBe('我');
  expect(call({ actor: 'nobody' })).toBe('其他人员');
  expect(call({ actor: 'server', device: 'server' })).toBe('系统');
});

test.each([
  [0, ''],
  [LATE, ''],
  [LATE + 1, '晚到 5 分钟'],
  [HOUR - 1, '晚到 59 分钟'],
  [HOUR, '晚到 1 小时'],
  [2 * HOUR + 59 * MINUTE, '晚到 2 小时'],
  [48 * HOUR - 1, '晚到 47 小时'],
  [48 * HOUR, '晚到 2 天'],
])('an arrival %d ms after the act: %j', (late, words) => {
  expect(lateWords(entry({ received: AT + late }))).toBe(words);
});

test('what was set is told by field, public and private, what is no word is not', () => {
  const set = entry({
    values: { site: 'lake', post: 'east', category: 'courier', unit: null, joined: 'v', notice: 'n', left: AT },
    private: { name: '王五', items: ['梯子', '电钻'], note: '一行\n两行' },
  });
  expect(setWords(set, reading)).toEqual([
    '入场岗位：东门岗',
    '来访类别：快递',
    '房号：清空',
    '离场：14:02',
    '姓名：王五',
    '携带物品：梯子、电钻',
    '备注：一行、两行',
  ]);
  expect(setWords(entry(), reading)).toEqual([]);
});

test('a value that did not stay is told with whose did, once', () => {
  const lost = entry({ d: 'merged', values: { unit: '3栋1205' }, lost: [['unit', '3栋1205', 'zhao', AT]] });
  expect(lostWords(lost, reading)).toEqual(['房号：原写 3栋1205，后以 赵大勇 14:02 的为准']);
  expect(setWords(lost, reading)).toEqual([]);
});

test('an act that took another’s place tells both values', () => {
  const won = entry({ d: 'merged', values: { unit: '3栋1205' }, lost: [['unit', '3栋1204', 'me', AT]] });
  expect(setWords(won, reading)).toEqual(['房号：3栋1205']);
  expect(lostWords(won, reading)).toEqual(['房号：原写 3栋1204，后以 我 14:02 的为准']);
});

test('a value that may not be shown, and a field that is no word', () => {
  const hidden = entry({
    lost: [
      ['name', null, 'zhao', AT],
      ['site', 'x', 'zhao', AT],
    ],
  });
  expect(lostWords(hidden, reading)).toEqual(['姓名：后以 赵大勇 14:02 的为准']);
});

test('only what did not simply take effect has an outcome', () => {
  const outcomes = ['applied', 'merged', 'refused', 'parked', 'returned', 'of a later version'].map((d) =>
    outcomeOf(entry({ d })),
  );
  expect(outcomes).toEqual([undefined, 'merged', 'refused', 'parked', 'returned', undefined]);
});

test('why: the code in words, who had settled it, what the supervisor wrote, what came later', () => {
  expect(whyWords(entry(), reading)).toEqual([]);
  expect(whyWords(entry({ d: 'refused', code: 'own_matter' }), reading)).toEqual([
    '自己的事不能自己批，请找另一位主管。',
  ]);
  const met = entry({ d: 'refused', code: 'wrong_state', because: ['approved', 'zhao', AT, 'op'] });
  expect(whyWords(met, reading)[1]).toBe('那时 赵大勇 已在 14:02 处理过');
  const back = entry({
    d: 'returned',
    why: '不在岗',
    later: [{ type: 'return', at: AT, d: 'returned', actor: 'zhao' }],
  });
  expect(whyWords(back, reading)).toEqual(['说明：不在岗', '赵大勇 14:02 退回']);
  const step = (type: string, actor?: string) =>
    whyWords(entry({ later: [{ type, at: AT, d: 'applied', ...(actor ? { actor } : {}) }] }), reading);
  expect(step('release', 'zhao')).toEqual(['赵大勇 14:02 放行']);
  expect(step('release')).toEqual(['14:02 放行']);
  expect(step('return')).toEqual(['14:02 退回']);
});
