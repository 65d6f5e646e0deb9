// The screens of shifts and swaps, and their addresses.

import type { Screen } from '../ui/screen.ts';

export const swapScreens: readonly Screen[] = [];
