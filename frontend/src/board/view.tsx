// The supervisor's board, and its address.

import type { Screen } from '../ui/screen.ts';

export const boardScreens: readonly Screen[] = [];
