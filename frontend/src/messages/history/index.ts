import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about a record's whole course, in the language in use. */
export const sayHistory = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
