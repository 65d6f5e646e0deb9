import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about one-time codes in the language in use. */
export const sayCodes = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
