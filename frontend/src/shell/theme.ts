// Day or night look. "Auto" goes by the clock as well as by the phone: few phones are set to switch, and nights are dark.

import { signal } from '@preact/signals';
import { drawn, LOOKS, type Look } from './look.ts';

const CHOICE = 'gatehouse.look';
const GROUND = { light: '#f3f2ee', dark: '#000000' };
const system = matchMedia('(prefers-color-scheme: dark)');

export const look = signal<Look>(LOOKS.find((name) => name === localStorage.getItem(CHOICE)) ?? 'auto');

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

let nightUntil = 0;

/** A night shift is kept until then (UTC ms; 0 for none): so long the look stays dark, whatever the hour at its ends. */
export function keepNight(until: number): void {
  nightUntil = until;
  apply();
}

function apply(): void {
  const name = drawn(look.value, new Date().getHours(), system.matches, Date.now() < nightUntil);
  document.documentElement.dataset['look'] = name;
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', GROUND[name]);
}
