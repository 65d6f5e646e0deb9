import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences about people and devices in the office, in the language in use. */
export const sayStaff = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
