import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** What is said at an address where nothing can be recorded, in the language in use. */
export const sayInsecure = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
