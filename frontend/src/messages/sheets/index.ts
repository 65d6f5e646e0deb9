import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about spreadsheets in the language in use. */
export const saySheets = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
