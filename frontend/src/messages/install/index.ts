import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences of the install page, in the language in use. */
export const sayInstall = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
