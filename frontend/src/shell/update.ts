// A new version of the app: it waits until somebody taps, and never takes over under a form.

import { signal } from '@preact/signals';

const HOUR = 3_600_000;

/** `ready`: a new worker waits. `elsewhere`: another window let it take over; this one runs the version before. */
export const update = signal<'none' | 'ready' | 'elsewhere'>('none');

let asked = false;
let worker: ServiceWorkerRegistration | undefined;

export function watchUpdates(registration: ServiceWorkerRegistration): void {
  worker = registration;
  const { serviceWorker } = navigator;
  let controlled = serviceWorker.controller !== null;
  const look = () => {
    if (registration.waiting && serviceWorker.controller) update.value = 'ready';
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload();
    // The first worker of all takes over an open page, which already runs its version.
    else if (controlled) update.value = 'elsewhere';
    controlled = true;
  });
  // A tablet may never close the app, so it asks by itself; offline the question just fails.
  const ask = () => registration.update().catch(() => undefined);
  setInterval(ask, 4 * HOUR);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && ask());
}

/** After the person's tap. What was half typed is on disk as a draft. */
export function applyUpdate(): void {
  if (update.value === 'ready' && worker?.waiting) {
    asked = true;
    worker.waiting.postMessage('skip-waiting');
  } else location.reload();
}
