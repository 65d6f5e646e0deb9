import { expect, test } from 'vitest';
import { clauseText } from './index.ts';

test('a clause is told with the regulation it stands in', () => {
  expect(clauseText('R-SWP-06')).toEqual({
    id: 'R-SWP-06',
    title: '电商客服部规章制度',
    sentence: '每人每月最多换班 3 次',
  });
});

test('one that stands in several is told with that of the team, or with all', () => {
  expect(clauseText('R-SWP-08', 'gold').title).toBe('贵金属客服部规章制度');
  expect(clauseText('R-SWP-08').title).toBe('电商客服部规章制度 / 贵金属客服部规章制度');
});

test('a reading says that it is one, and an unknown clause is its number', () => {
  expect(clauseText('I-23').title).toBe('条文理解');
  expect(clauseText('H-08').title).toBe('系统约定');
  expect(clauseText('R-NEW-01')).toEqual({ id: 'R-NEW-01', title: '', sentence: '' });
});
