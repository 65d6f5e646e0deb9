/** Search within rows: texts in full rows, keyed hashes and what is left visible in shades (PROTOCOL 10.5). */

import type { Json, Row } from './api.ts';
import { unb64 } from './canon.ts';
import { entityKind, own } from './entities.ts';
import { fold, keyedHash } from './shade.ts';

/** Whether a row matches the term; `key` is that of a scope which carries the row, when there is one. */
export function matcher(term: string): (row: Row, key: string | undefined) => boolean {
  const wanted = fold(term);
  const hashes = new Map<string, string>();
  const hashOf = (key: string, name: string): string => {
    const place = `${name}:${key}`;
    const hash = hashes.get(place) ?? keyedHash(unb64(key), name, term);
    hashes.set(place, hash);
    return hash;
  };
  return (row, key) => {
    if (wanted === '') return true;
    const { fields } = entityKind(row.kind);
    const shown = Object.entries(row.f).some(([name, value]) => {
      const type = own(fields, name)?.type;
      return (type === 'text' || type === 'texts') && textsIn(value).some((text) => fold(text).includes(wanted));
    });
    if (shown || key === undefined) return shown;
    return Object.entries(row.h ?? {}).some(([name, hash]) => hashOf(key, name) === hash);
  };
}

/** A text, the items of a list, or the texts of an appended list's entries. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.map((item) => (Array.isArray(item) ? item[3] : item)).filter((item) => typeof item === 'string');
}
