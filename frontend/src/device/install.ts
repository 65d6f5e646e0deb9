// Installing to the home screen: storage that the system does not clear so readily, and a start with no address bar.

import { signal } from '@preact/signals';

/** Chromium's offer; not in the DOM types because only Chromium makes it. */
interface Offer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

const offer = signal<Offer | null>(null);

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  offer.value = event as Offer;
});
addEventListener('appinstalled', () => {
  offer.value = null;
});

export type Way = 'prompt' | 'ios' | 'android';

/** How the app can be installed here: by the browser's own offer, by hand, or not at all (undefined). */
export function available(): Way | undefined {
  if (matchMedia('(display-mode: standalone)').matches) return undefined;
  if (offer.value) return 'prompt';
  const { userAgent, maxTouchPoints } = navigator;
  if (/iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return 'ios';
  return /Android/.test(userAgent) ? 'android' : undefined;
}

/** Shows the browser's own question; an offer can be used once. */
export async function install(): Promise<void> {
  const asked = offer.value;
  offer.value = null;
  await asked?.prompt();
}
