// Day or night look. "Auto" goes by the clock as well as by the phone: few phones are set to switch, and nights are dark.

import { signal } from '@preact/signals';

export const LOOKS = ['auto', 'light', 'dark'] as const;
export type Look = (typeof LOOKS)[number];

const CHOICE = 'gatehouse.look';
const GROUND = { light: '#f3f2ee', dark: '#000000' };
const system = matchMedia('(prefers-color-scheme: dark)');

export const look = signal<Look>(LOOKS.find((name) => name === localStorage.getItem(CHOICE)) ?? 'auto');

/** What is drawn: the choice, else dark from 19 to 7 o'clock or when the system asks for it. */
export function drawn(choice: Look, hour: number, systemDark: boolean): 'light' | 'dark' {
  if (choice !== 'auto') return choice;
  return systemDark || hour >= 19 || hour < 7 ? 'dark' : 'light';
}

export function chooseLook(next: Look): void {
  look.value = next;
  localStorage.setItem(CHOICE, next);
  apply();
}

export function startTheme(): void {
  apply();
  system.addEventListener('change', apply);
  setInterval(apply, 5 * 60_000);
}

function apply(): void {
  const name = drawn(look.value, new Date().getHours(), system.matches);
  document.documentElement.dataset['look'] = name;
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', GROUND[name]);
}
