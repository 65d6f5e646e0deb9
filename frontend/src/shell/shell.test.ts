import { describe, expect, test } from 'vitest';
import { drawn } from './look.ts';
import { find } from './router.ts';

describe('router', () => {
  const draw = () => null;
  const screens = ['/', '/visitors', '/visitors/new', '/visitors/of/:id'].map((path) => ({ path, draw }));
  const at = (path: string) => {
    const found = find(path, screens);
    return found && [found.screen.path, found.id];
  };

  test('finds screens and the id in an address', () => {
    expect(at('/')).toEqual(['/', '']);
    expect(at('/visitors/new')).toEqual(['/visitors/new', '']);
    expect(at('/visitors/of/0190aaaa-0000-7000-8000-000000000001')).toEqual([
      '/visitors/of/:id',
      '0190aaaa-0000-7000-8000-000000000001',
    ]);
  });

  test.each(['/visitor', '/visitors/of/', '/visitors/of/a/b', '/visitors/of/%2e', ''])('%s is nowhere', (path) => {
    expect(at(path)).toBeUndefined();
  });
});

test.each([
  ['auto', 3, false, 'dark'],
  ['auto', 19, false, 'dark'],
  ['auto', 12, false, 'light'],
  ['auto', 12, true, 'dark'],
  ['light', 3, true, 'light'],
  ['dark', 12, false, 'dark'],
] as const)('%s at %i o’clock (system dark: %s) is %s', (choice, hour, system, expected) => {
  expect(drawn(choice, hour, system)).toBe(expected);
});
