// Rotations: which symbol falls to whom on which date. The same as backend/gatehouse/rules/rotation.py; both run
// tests/vectors/rotation.json.

const DAY = 86_400_000;

export interface Rotation {
  readonly pattern: readonly string[];
  /** The date that the pattern begins on: `2026-03-01`. It goes on before it, too. */
  readonly anchor: string;
  /** Days that each symbol lasts. */
  readonly step: number;
}

/** A pattern as people write it: `早早中中夜夜休休`, or apart by blanks where a symbol is longer. */
export function symbolsOf(text: string): string[] {
  const parts = text.trim().split(/\s+/);
  return parts.length > 1 ? parts : [...(parts[0] ?? '')];
}

/** The symbol of a date for a member who is `offset` places ahead. Rest days do not stop the count (I-48). */
export function symbolOn({ pattern, anchor, step }: Rotation, date: string, offset: number): string {
  const days = Math.round((Date.parse(date) - Date.parse(anchor)) / DAY);
  const place = (Math.floor(days / step) + offset) % pattern.length;
  return pattern[place < 0 ? place + pattern.length : place] ?? '';
}

/** Offsets that set so many members evenly apart. */
export function spread(count: number, length: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}
