import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** What regulations make of swaps, in the language in use. */
export const saySwapRules = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
