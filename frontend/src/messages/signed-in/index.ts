import { part } from '../index.ts';
import { words } from './zh-CN.ts';

/** The sentences of the screens of a person signed in, in the language in use. */
export const saySignedIn = await part(words, {
  'zh-TW': () => import('./zh-TW.ts'),
  en: () => import('./en.ts'),
});
