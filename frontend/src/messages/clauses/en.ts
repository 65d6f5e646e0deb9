import written from './en.json' with { type: 'json' };
import type { ClauseWords } from './types.ts';

export const words: ClauseWords = written;
