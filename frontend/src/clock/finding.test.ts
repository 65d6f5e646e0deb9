import { expect, test } from 'vitest';
import { type Known, matches, meant, nextKeys, twins } from './finding.ts';

const people: Known[] = ['赵大勇', '赵大伟', '赵国栋', '欧阳静', '李', 'Ann Lee', 'Anne-Marie'].map((name) => ({
  person: name,
  name,
  tail: '',
}));
const names = (found: readonly Known[]) => found.map(({ name }) => name);

test('the first keys are first characters, each once', () => {
  expect(new Set(nextKeys(people, ''))).toEqual(new Set(['赵', '欧', '李', 'A']));
});

test('one character shows nobody’s name, two show whose it is', () => {
  expect(meant(people, '')).toEqual([]);
  expect(meant(people, '赵')).toEqual([]);
  expect(names(meant(people, '赵国'))).toEqual(['赵国栋']);
  expect(names(meant(people, '赵大'))).toEqual(['赵大勇', '赵大伟']);
});

test('a name of one character is found by it', () => {
  expect(names(meant(people, '李'))).toEqual(['李']);
});

test('a name that begins another one is found by itself, beside what can follow', () => {
  const both = [...people, { person: 'w', name: '王', tail: '' }, { person: 'ww', name: '王伟', tail: '' }];
  expect(names(meant(both, '王'))).toEqual(['王']);
  expect(nextKeys(both, '王')).toEqual(['伟']);
});

test('two of one name are told apart', () => {
  const wei = { person: 'a', name: '王伟', tail: '001' };
  expect(twins([wei, { ...wei, person: 'b', tail: '002' }], wei)).toBe(true);
  expect(twins([wei], wei)).toBe(false);
});

test('letters are found in either case, past blanks', () => {
  expect(names(matches(people, 'annl'))).toEqual(['Ann Lee']);
  expect(nextKeys(people, 'an')).toEqual(['N']);
});

test('what nobody is called finds nobody', () => {
  expect(matches(people, '钱')).toEqual([]);
  expect(meant(people, '钱二')).toEqual([]);
});
