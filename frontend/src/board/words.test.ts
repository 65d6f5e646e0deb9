import { expect, test } from 'vitest';
import { words as english } from '../messages/board/en.ts';
import { words as simplified } from '../messages/board/zh-CN.ts';
import { words as traditional } from '../messages/board/zh-TW.ts';
import { type Line, lineOf } from './queries.ts';
import { at, gate, punch, shift } from './testing.ts';
import { heedWords, markOf, punchWords, stateWords } from './words.ts';

const ZONE = 'Asia/Shanghai';
const line = (now: number, made: Parameters<typeof lineOf>[1], devices: Parameters<typeof lineOf>[2] = []) =>
  lineOf(shift(), made, devices, now);
const said = (now: number, ...rest: [Parameters<typeof lineOf>[1], Parameters<typeof lineOf>[2]?]) =>
  stateWords(line(now, ...rest), now, ZONE);

test('each state has its sentence', () => {
  const came = punch('in', at('06:58'));
  expect(said(at('08:00'), [came])).toEqual(['在岗 06:58 到']);
  expect(said(at('19:05'), [came, punch('out', at('19:04'))])).toEqual(['已下班 19:04']);
  expect(said(at('06:00'), [])).toEqual(['07:00 该到']);
  expect(said(at('07:30'), [], [gate('地库平板', at('05:40'), 3)])).toEqual([
    '等 地库平板 的数据（截至 05:40，还有 3 条未到）',
  ]);
  expect(said(at('07:30'), [], [gate('kiosk', at('07:12'))])).toEqual(['还没有打卡记录（各设备数据已到 07:12）']);
  expect(said(at('07:30'), [])).toEqual(['还没有设备的数据']);
});

test('what is open about a state stands below it', () => {
  const silent = [gate('地库平板', at('05:40'))];
  const wait = '等 地库平板 的数据（截至 05:40）';
  expect(said(at('19:30'), [punch('in', at('06:58'))], silent)).toEqual(['06:58 到，还没有下班打卡', wait]);
  expect(said(at('19:30'), [punch('out', at('19:00'))], silent)).toEqual(['已下班 19:00', '还没有上班打卡', wait]);
  const more = [...silent, gate('another', 0), gate('third', 0)];
  expect(said(at('07:30'), [], more)).toEqual([wait, '另有 2 台设备也没到']);
  expect(said(at('07:30'), [], more.slice(0, 2))).toEqual([wait, '另有 1 台设备也没到']);
  expect(said(at('07:30'), [], [gate('kiosk', 0)])).toEqual(['等 kiosk 的数据（还没有收到过）']);
});

test('a phone that nobody named is shortened, one without any label is still called something', () => {
  expect(said(at('07:30'), [], [gate('x'.repeat(21), at('05:40'))])[0]).toContain(`等 ${'x'.repeat(20)}… 的`);
  expect(said(at('07:30'), [], [gate('x'.repeat(20), at('05:40'))])[0]).toContain(`等 ${'x'.repeat(20)} 的`);
  expect(said(at('07:30'), [], [{ ...gate('d', at('05:40')), label: '' }])[0]).toContain('未命名的设备');
});

test('who must be looked at twice is said at first sight', () => {
  const heeded = (sure: string, ...x: string[]) => heedWords({ ...punch('in', at('07:00')), sure, flags: x });
  expect(heeded('live')).toEqual([]);
  expect(heeded('')).toEqual([]);
  expect(heeded('anchored', 'no_shift')).toEqual([]);
  expect(heeded('unanchored')).toEqual(['时间待核对']);
  expect(heeded('contradictory', 'identity_unproven')).toEqual(['平板打卡，未核对本人', '时间待核对']);
});

test('the sheet says all of a punch, and a flag of a later version as it is', () => {
  const made = { ...punch('in', at('07:00')), earliest: at('06:50'), latest: at('07:10') };
  const all = (part: Partial<typeof made>) => punchWords({ ...made, ...part }, 'east', '西门岗', at('08:00'), ZONE);
  expect(all({ sure: 'live' })).toEqual(['时间已核对']);
  expect(all({ sure: '' })).toEqual(['送达后核对时间']);
  expect(all({ sure: 'live', post: 'west' })).toEqual(['打在西门岗', '时间已核对']);
  expect(all({ sure: 'unanchored' })).toEqual(['断网中重开过，时间待核对', '真实时间在 06:50 到 07:10 之间']);
  expect(all({ sure: 'unanchored', earliest: 0 })[1]).toBe('真实时间在 … 到 07:10 之间');
  expect(all({ sure: 'contradictory', flags: ['clock_contradictory'] })).toHaveLength(2);
  expect(all({ sure: 'live', flags: ['identity_unproven', 'not_own_shift', 'brand_new'] })).toEqual([
    '时间已核对',
    '平板打卡，未核对本人',
    '打卡时记在了别人的班上',
    '标记 brand_new',
  ]);
});

test('states are told apart by shape', () => {
  const came = punch('in', at('06:58'));
  const lines: Line[] = [
    line(at('08:00'), [came]),
    line(at('19:30'), [came]),
    line(at('19:30'), [came, punch('out', at('19:04'))]),
    line(at('07:30'), [], [gate('kiosk', at('05:40'))]),
    line(at('07:30'), [], [gate('kiosk', at('07:30'))]),
    line(at('07:30'), []),
  ];
  const shapes = lines.map((one) => markOf(one).icon);
  expect(new Set(shapes).size).toBe(lines.length);
  expect(shapes).not.toContain('close');
});

test('no sentence says that somebody is absent', () => {
  const everything = JSON.stringify([simplified, traditional, english], (_, word) =>
    typeof word === 'function' ? String(word) : word,
  );
  expect(everything).toContain('还没有打卡记录');
  expect(everything).not.toMatch(/缺勤|缺席|旷工|曠職|未到岗|未到崗|迟到|遲到|absent|missing|no-show|\blate\b/i);
});
