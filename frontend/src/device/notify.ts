// The number on the app's icon: matters that wait for the person. It needs no permission and tells nobody else anything.

export function available(): boolean {
  return 'setAppBadge' in navigator;
}

export function badge(count: number): void {
  // A browser may refuse when the app is not installed; the number also stands on the screen.
  if (available()) navigator.setAppBadge(count).catch(() => undefined);
}
