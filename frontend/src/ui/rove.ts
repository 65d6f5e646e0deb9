// A grid of keys is one stop for Tab; the arrow keys go about in it.

/** Moves the focus by an arrow key, over keys that cannot be pressed now. */
export function rove(event: KeyboardEvent): void {
  const grid = event.currentTarget as HTMLElement;
  const columns = getComputedStyle(grid).gridTemplateColumns.split(' ').length;
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const keys = [...grid.querySelectorAll('button')];
  let at = keys.indexOf(event.target as HTMLButtonElement) + step;
  while (keys[at]?.disabled) at += step;
  keys[at]?.focus();
}
