import type { Locale } from '../index.ts';

/** The word that every message in a language begins with, whatever language the screen is in. */
export const KEYWORDS: Readonly<Record<Locale, string>> = { 'zh-CN': '门岗', 'zh-TW': '門崗', en: 'Gatehouse' };
