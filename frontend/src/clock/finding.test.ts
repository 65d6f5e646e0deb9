import { expect, test } from 'vitest';
import { type Known, matches, meant, nextKeys } from './finding.ts';

const people: Known[] = ['赵大勇', '赵大伟', '赵国栋', '欧阳静', '李', 'Ann Lee', 'Anne-Marie'].map((name) => ({
  person: name,
  name,
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

test('letters are found in either case, past blanks', () => {
  expect(names(matches(people, 'annl'))).toEqual(['Ann Lee']);
  expect(nextKeys(people, 'an')).toEqual(['N']);
});

test('what nobody is called finds nobody', () => {
  expect(matches(people, '钱')).toEqual([]);
  expect(meant(people, '钱二')).toEqual([]);
});
