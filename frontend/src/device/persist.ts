// Whether this browser can be asked to keep the app's storage. The engine asks, and reports what was answered.

export function available(): boolean {
  return 'storage' in navigator && 'persist' in navigator.storage;
}
