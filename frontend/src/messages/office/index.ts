import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences of the office in the language in use. */
export const sayOffice = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
