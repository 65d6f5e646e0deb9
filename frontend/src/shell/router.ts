// Which screen an address shows. Features hand in their screens; nothing is known of them here.

import type { Screen } from '../ui/screen.ts';

/** The screen at an address and the id in it; undefined where there is none. */
export function find(path: string, screens: readonly Screen[]): { screen: Screen; id: string } | undefined {
  for (const screen of screens) {
    if (screen.path === path) return { screen, id: '' };
    const [folder, wanted] = screen.path.split(':');
    if (wanted === undefined || !folder || !path.startsWith(folder)) continue;
    const id = path.slice(folder.length);
    if (/^[\w-]+$/.test(id)) return { screen, id };
  }
  return undefined;
}
