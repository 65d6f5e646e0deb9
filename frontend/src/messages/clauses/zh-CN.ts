import type { ClauseWords } from './types.ts';
import written from './zh-CN.json' with { type: 'json' };

export const words: ClauseWords = written;
