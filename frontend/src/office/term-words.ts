// What regulations set, in words.

import type { Json } from '@gatehouse/sync/api';
import { clauseText, sayClauses } from '../messages/clauses/index.ts';
import { locale } from '../messages/index.ts';
import { sayOffice } from '../messages/office/index.ts';
import { sayRegulations } from '../messages/regulations/index.ts';
import { type Cited, NONE } from '../ui/terms.ts';

type Fields = Readonly<Record<string, Json>>;

/** The title of a regulation; a code this version does not know stands for itself. */
export function packWords(code: string): string {
  return code === NONE || code === '' ? sayRegulations().none : (sayClauses().documents[code] ?? code);
}

/** What a parameter is called. */
export function keyWords(key: string): string {
  return sayClauses().parameters[key] ?? key;
}

/** A value in words; of a structure that has none, what its clause says. */
export function citedWords({ value, clause }: Cited): string {
  return valueWords(value) || clauseText(clause).sentence;
}

/** A value in words; '' for a structure that has none. */
export function valueWords(value: Json): string {
  const words = sayRegulations();
  if (value === null || (Array.isArray(value) && value.length === 0)) return words.unlimited;
  if (typeof value === 'boolean') return value ? sayOffice().yes : sayOffice().no;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return words.word[value] ?? value;
  if (Array.isArray(value)) {
    const each = value.map((one) => (typeof one === 'string' ? (words.word[one] ?? one) : valueWords(one)));
    return each.includes('') ? '' : each.join(value.every((one) => typeof one === 'string') ? '、' : '；');
  }
  return structureWords(value as Fields);
}

function structureWords(fields: Fields): string {
  const words = sayRegulations();
  const number = (name: string) => (typeof fields[name] === 'number' ? fields[name] : undefined);
  if ('penalty' in fields) {
    const [least, most, nth] = [number('least'), number('most'), number('nth')];
    const when =
      nth !== undefined
        ? words.nth(nth)
        : most === undefined
          ? words.minutesFrom(least ?? 0)
          : words.minutes(least ?? 0, most);
    return `${when} ${priceWords(fields['penalty'] as Fields)}`;
  }
  if ('roles' in fields) {
    const upTo = number('up_to_days');
    return [upTo === undefined ? '' : words.upTo(upTo), valueWords(fields['roles'] ?? null)].filter(Boolean).join(' ');
  }
  if ('segments' in fields || 'code' in fields) {
    const name = (fields['name'] as Fields)[locale.value];
    return `${String(name)} ${String(fields['segments'] ?? '').replaceAll('-', '–') || words.ownHours}`;
  }
  return priceWords(fields);
}

function priceWords(fields: Fields): string {
  const { price } = sayRegulations();
  const said = Object.entries(price).flatMap(([name, words]) => {
    const given = fields[name];
    if (typeof words === 'string') return given === true ? [words] : [];
    return typeof given === 'number' && given !== 0 ? [words(Math.abs(given))] : [];
  });
  // A structure of another sort has fields that are no price.
  return Object.keys(fields).every((name) => name in price || name === 'shares') ? said.join('、') : '';
}
