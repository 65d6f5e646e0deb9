import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences of the feature's screens in the language in use. */
export const sayAttendance = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
