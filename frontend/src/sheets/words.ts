// What is said about a row, in the language in use, and the list of it as a file.

import { saySheets } from '../messages/sheets/index.ts';
import type { Told } from './ask.ts';

/** The sentence for a finding; its code where this app is older than the server. */
export function sentence({ code, data }: Told): string {
  const words = saySheets().told[code];
  if (words === undefined) return code;
  const text = (name: string) => String(data[name] ?? '');
  const named = text('value') || text('name');
  return words({
    named,
    row: text('row'),
    most: text('most'),
    least: text('least'),
    count: text('length') || text('people'),
  });
}

/** Where it is: row and column as the spreadsheet program numbers them. */
export const place = ({ row, column }: Told): string => saySheets().place(String(row), column ?? '');

const RISKY = /^['=+\-@＝＋－＠]/;
const cell = (text: string) => `"${(RISKY.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** All findings as CSV in UTF-8 with its mark; no cell of it can run as a formula. */
export function listed(told: readonly Told[], header: (field: string) => string): Blob {
  const words = saySheets();
  const lines = told.map((one) => [
    String(one.row),
    one.column ?? '',
    one.field === null ? '' : header(one.field),
    one.level === 'error' ? words.error : words.warning,
    sentence(one),
  ]);
  const text = [words.listHead, ...lines].map((line) => line.map(cell).join(',')).join('\r\n');
  return new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}
