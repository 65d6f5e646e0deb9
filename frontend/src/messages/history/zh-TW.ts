import type { words as source } from './zh-CN.ts';

export const words: typeof source = {
  title: '完整經過',
};
