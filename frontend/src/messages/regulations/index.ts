import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about which regulation a team follows, in the language in use. */
export const sayRegulations = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
