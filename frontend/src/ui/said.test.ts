import { expect, test } from 'vitest';
import { visible } from './said.tsx';

test('controls that reorder or hide text are written out', () => {
  expect(visible('王\u202e五')).toBe('王⟦U+202E⟧五');
  expect(visible('a\u200bb\u2066c\ufeff\u0007')).toBe('a⟦U+200B⟧b⟦U+2066⟧c⟦U+FEFF⟧⟦U+0007⟧');
});

test('what a name may hold stays as it is', () => {
  for (const name of ['欧阳·文静', '<img src=x>', '👨‍👩‍👧', 'Zoë Ångström', '两行\n文字', 'محمد'])
    expect(visible(name)).toBe(name);
});
