// Finding in lists. Pure.

/** Whether a text holds every word that was typed, whatever the width or case of its letters. */
export function holds(text: string, typed: string): boolean {
  const folded = fold(text);
  return fold(typed)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
