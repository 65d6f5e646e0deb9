import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences of the sheet of a team's month, for whoever keeps attendance. */
export const sayDesk = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
