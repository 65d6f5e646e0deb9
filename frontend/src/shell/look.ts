/** Which look is drawn; `auto` goes by the clock and by the system. */
export const LOOKS = ['auto', 'light', 'dark'] as const;
export type Look = (typeof LOOKS)[number];

/** What is drawn: the choice, else dark on a night shift, from 19 to 7 o'clock, or when the system asks for it. */
export function drawn(choice: Look, hour: number, systemDark: boolean, nightShift = false): 'light' | 'dark' {
  if (choice !== 'auto') return choice;
  return nightShift || systemDark || hour >= 19 || hour < 7 ? 'dark' : 'light';
}
