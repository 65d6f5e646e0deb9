// What a hand or an ear is told beside the screen: a shake and, where it was asked for, a tone. At night neither comes
// unasked: a guard's phone lights and sounds nothing for nothing.

import { signal } from '@preact/signals';

export const CUES = ['auto', 'on', 'off'] as const;
export type Cue = (typeof CUES)[number];

const CHOICE = 'gatehouse.cues';

export const cues = signal<Cue>(CUES.find((name) => name === localStorage.getItem(CHOICE)) ?? 'auto');

export function chooseCues(next: Cue): void {
  cues.value = next;
  localStorage.setItem(CHOICE, next);
}

export function available(): boolean {
  return 'vibrate' in navigator || 'AudioContext' in window;
}

/** Whether it is night here, as the look that is drawn knows it. */
function night(): boolean {
  return document.documentElement.dataset['look'] === 'dark';
}

/** One pulse for done, two for a problem. iOS shakes for no page; the screen always says it too. */
export function pulse(bad = false): void {
  if (cues.value === 'off' || (cues.value === 'auto' && night())) return;
  if ('vibrate' in navigator) navigator.vibrate(bad ? [60, 60, 60] : 30);
  if (cues.value === 'on') tone(bad);
}

let audio: AudioContext | undefined;

function tone(bad: boolean): void {
  try {
    audio ??= new AudioContext();
    const sound = audio.createOscillator();
    const volume = audio.createGain();
    sound.frequency.value = bad ? 220 : 880;
    volume.gain.value = 0.08;
    sound.connect(volume).connect(audio.destination);
    sound.start();
    sound.stop(audio.currentTime + (bad ? 0.3 : 0.1));
  } catch {
    // A browser that plays nothing here takes nothing away: the screen says it.
  }
}
