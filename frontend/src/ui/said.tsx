// Text that somebody typed. It is always shown as text, in its own direction, with nothing hidden in it.

/** Controls that reorder or hide text: a name must not be able to look like another one. ZWJ stays, emoji need it. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with every invisible control written out as ⟦U+202E⟧. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (sign) => `⟦U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟧`);
}

export function Said({ text, class: name }: { text: string; class?: string }) {
  return <bdi class={name}>{visible(text)}</bdi>;
}
