// Where the person is: the address bar, as a signal.

import { signal } from '@preact/signals';

export const path = signal(location.pathname);

addEventListener('popstate', () => {
  path.value = location.pathname;
});

/** Goes to a page of the app; `replace` leaves no way back to the present one. */
export function go(to: string, { replace = false } = {}): void {
  if (to === location.pathname) return;
  history[replace ? 'replaceState' : 'pushState']({ ours: true }, '', to);
  path.value = to;
  scrollTo(0, 0);
}

/** One page back when that page is ours, else to `fallback`: an app opened at a deep link has no page behind it. */
export function back(fallback: string): void {
  const { ours } = (history.state ?? {}) as { ours?: boolean };
  if (ours) history.back();
  else go(fallback, { replace: true });
}
