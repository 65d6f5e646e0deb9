/** Gives a file to the browser's downloads. */
export function save(data: Blob, name: string): void {
  const address = URL.createObjectURL(data);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; freed at once, some browsers find nothing.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
