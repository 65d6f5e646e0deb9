import type { words as source } from './zh-CN.ts';

export const words: typeof source = {
  title: 'Full history',
};
