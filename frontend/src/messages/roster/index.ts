import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about rosters in the language in use. */
export const sayRoster = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
