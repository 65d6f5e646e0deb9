/** What was typed as a number; undefined for anything else, and for what lies outside. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const number = Number(text);
  return text.trim() !== '' && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}
