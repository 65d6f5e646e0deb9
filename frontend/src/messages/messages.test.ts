import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PARKED, REFUSED } from '@gatehouse/sync/refusals';
import { expect, test } from 'vitest';
import { messages as en } from './en.ts';
import { match } from './index.ts';
import { words as englishWork } from './signed-in/en.ts';
import { words as simplifiedWork } from './signed-in/zh-CN.ts';
import { words as traditionalWork } from './signed-in/zh-TW.ts';
import { messages as simplified } from './zh-CN.ts';
import { messages as traditional } from './zh-TW.ts';

const SOURCES = join(import.meta.dirname, '..');
const FOLDER = import.meta.dirname;
/** Dictionaries of features, by feature and language. */
const parts = await Promise.all(
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => {
      const read = async (language: string) =>
        ((await import(`./${name}/${language}.ts`)) as { words: Record<string, unknown> }).words;
      return [name, { 'zh-CN': await read('zh-CN'), 'zh-TW': await read('zh-TW'), en: await read('en') }] as const;
    }),
);
const everything = (language: 'zh-CN' | 'zh-TW' | 'en') => [
  ...sentences(languages[language]),
  ...parts.flatMap(([name, part]) => sentences(part[language], name)),
];
const languages = { 'zh-CN': simplified, 'zh-TW': traditional, en };

/** Every sentence by its path; functions are asked with numbers, which they print or count with. */
function sentences(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function') return [[path, String(node(2, 3))]];
  return Object.entries(node as object).flatMap(([key, child]) => sentences(child, path ? `${path}/${key}` : key));
}

test.each(Object.entries(languages))('%s says something everywhere', (_, messages) => {
  for (const [path, sentence] of sentences(messages)) expect(sentence.trim(), path).not.toBe('');
});

test.each(Object.entries({ 'zh-CN': simplifiedWork, 'zh-TW': traditionalWork, en: englishWork }))(
  '%s has a sentence for every code a decision can carry',
  (_, words) => {
    for (const code of [...REFUSED, ...PARKED]) expect(words.code[code], code).toMatch(/\S{4}/);
  },
);

test('features have the same sentences in every language, and each says something', () => {
  expect(parts.length).toBeGreaterThan(2);
  for (const [name, part] of parts) {
    const paths = sentences(part['zh-CN']).map(([path]) => path);
    for (const words of Object.values(part)) {
      expect(
        sentences(words).map(([path]) => path),
        name,
      ).toEqual(paths);
      for (const [path, sentence] of sentences(words)) expect(sentence.trim(), `${name}/${path}`).not.toBe('');
    }
  }
});

/** The characters of Big5 proper, which was made for traditional Chinese and holds no simplified form. */
function big5(): Set<string> {
  const decoder = new TextDecoder('big5');
  const found = new Set<string>();
  for (let lead = 0xa4; lead <= 0xf9; lead++) {
    if (lead > 0xc6 && lead < 0xc9) continue;
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (lead === 0xc6 && trail > 0x7e) continue;
      found.add(decoder.decode(new Uint8Array([lead, trail])));
    }
  }
  return found;
}

test('zh-TW has no simplified characters and no mainland words', () => {
  const known = big5();
  expect(known.has('門')).toBe(true);
  expect(known.has('门')).toBe(false);
  for (const [path, sentence] of everything('zh-TW')) {
    const foreign = [...sentence].filter((sign) => /\p{Script=Han}/u.test(sign) && !known.has(sign));
    expect(foreign, path).toEqual([]);
    expect(sentence, path).not.toMatch(/網絡|信息|軟件|登錄|服務器|默認|設置|屏幕|賬號|手機號(?!碼)|快遞|外賣|數據/);
  }
});

test('English has no Chinese in it', () => {
  for (const [path, sentence] of everything('en')) expect(sentence, path).not.toMatch(/\p{Script=Han}/u);
});

test('no sentence is written outside messages/', () => {
  // The provinces on number plates are data, the same in every language.
  const data = new Set(['ui/plate.ts']);
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter(
      (file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.startsWith('messages/') && !data.has(file),
    );
  expect(files.length).toBeGreaterThan(40);
  for (const file of files) {
    const code = readFileSync(join(SOURCES, file), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*$/gm, '');
    expect(code.match(/\p{Script=Han}+/gu), file).toBeNull();
  }
});

test.each([
  [['zh-Hant-HK', 'en'], 'zh-TW'],
  [['zh-MO'], 'zh-TW'],
  [['zh'], 'zh-CN'],
  [['zh-Hans-SG'], 'zh-CN'],
  [['fr-FR', 'en-GB'], 'en'],
  [['fr-FR'], 'zh-CN'],
  [[], 'zh-CN'],
])('a browser that asks for %j gets %s', (asked, spoken) => {
  expect(match(asked)).toBe(spoken);
});
