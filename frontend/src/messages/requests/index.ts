import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about leave, going out and corrections in the language in use. */
export const sayRequests = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
