// Sentences with their facts filled in.

import { span } from '../ui/time.ts';
import type { Names } from '../ui/values.ts';

/** `{who} {date}` with names for ids, clock times for `_at` and lengths for `_min`. */
export function filled(
  sentence: string,
  facts: Readonly<Record<string, string | number>>,
  names: Names = new Map(),
  time: (at: number) => string = String,
): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = facts[name] ?? '';
    if (typeof value === 'number' && name.endsWith('_at')) return time(value);
    if (typeof value === 'number' && name.endsWith('_min')) return span(value * 60_000);
    return names.get(String(value)) ?? String(value);
  });
}
