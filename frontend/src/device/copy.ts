// The clipboard: some browsers have none, or refuse it.

export function available(): boolean {
  return 'clipboard' in navigator;
}

/** Whether the text is in the clipboard now. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
