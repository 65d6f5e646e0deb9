// The language the app speaks. zh-CN is in the bundle, the others come when they are asked for.

import { signal } from '@preact/signals';
import { type Messages, messages as simplified } from './zh-CN.ts';

export type { Messages };

export const LOCALES = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' } as const;
export type Locale = keyof typeof LOCALES;

const CHOICE = 'gatehouse.locale';
const loaders: Record<Locale, () => Promise<Messages>> = {
  'zh-CN': async () => simplified,
  'zh-TW': async () => (await import('./zh-TW.ts')).messages,
  en: async () => (await import('./en.ts')).messages,
};

const current = signal<Messages>(simplified);
export const locale = signal<Locale>('zh-CN');

/** The sentences of the language in use; a component that calls it draws itself again when the language changes. */
export const say = (): Messages => current.value;

/** Dictionaries that came with a feature's screens, each told which language is spoken. */
const parts = new Set<(next: Locale) => Promise<void>>();

/**
 * The sentences of one feature, in a chunk with its screens: the first paint does not wait for them. They are there
 * once this resolves, and change with the language from then on.
 */
export async function part<T>(
  words: T,
  others: Record<Exclude<Locale, 'zh-CN'>, () => Promise<{ words: T }>>,
): Promise<() => T> {
  const spoken = signal(words);
  const follow = async (next: Locale) => {
    spoken.value = next === 'zh-CN' ? words : (await others[next]()).words;
  };
  parts.add(follow);
  await follow(locale.value).catch(console.error);
  return () => spoken.value;
}

/** The best match for the browser's languages, the first one we speak; Chinese written in Taiwan, Hong Kong and Macau is zh-TW. */
export function match(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return /hant|tw|hk|mo/i.test(language) ? 'zh-TW' : 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'zh-CN';
}

/** Speaks the language chosen on this device before, else the browser's. */
export async function startLanguage(): Promise<void> {
  const kept = localStorage.getItem(CHOICE);
  await load(kept !== null && kept in LOCALES ? (kept as Locale) : match(navigator.languages));
}

/** Switches and remembers. */
export async function speak(next: Locale): Promise<void> {
  localStorage.setItem(CHOICE, next);
  await load(next);
}

async function load(next: Locale): Promise<void> {
  try {
    const [messages] = await Promise.all([loaders[next](), ...[...parts].map((follow) => follow(next))]);
    current.value = messages;
    locale.value = next;
  } catch (error) {
    // The chunk is missing only before the first install is complete: Chinese is better than nothing.
    console.error(error);
  }
  document.documentElement.lang = locale.value;
  document.title = current.value.app;
}
