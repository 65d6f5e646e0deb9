// Keeping the app's storage. The engine asks the browser; here is when.

let asked = false;

export function available(): boolean {
  return 'storage' in navigator && 'persist' in navigator.storage;
}

/** Asks once per start, after the first thing that is worth keeping: browsers grant it to apps that are used. */
export function askOnce(persist: () => Promise<boolean>): void {
  if (asked || !available()) return;
  asked = true;
  persist().catch(() => undefined);
}
