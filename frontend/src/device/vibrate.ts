// A short shake says "recorded" to a hand that is not being looked at. iOS has none; the screen always says it too.

export function available(): boolean {
  return 'vibrate' in navigator;
}

/** One pulse for done, two for a problem. */
export function pulse(bad = false): void {
  if (available()) navigator.vibrate(bad ? [60, 60, 60] : 30);
}
