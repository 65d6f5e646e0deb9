// Keeping a wall tablet's screen on. Browsers let go of it whenever the page is hidden, so it is asked for again.

export function available(): boolean {
  return 'wakeLock' in navigator;
}

/** Keeps the screen on until the way out is called. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const ask = async () => {
    if (over || !available() || document.visibilityState !== 'visible') return;
    // Refused on a low battery: the screen then dims, and nothing else is lost.
    lock = await navigator.wakeLock.request('screen').catch(() => undefined);
    if (over) await lock?.release();
  };
  const again = () => void ask();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', again);
    lock?.release().catch(() => undefined);
  };
}
