// The supervisor's board, and its address.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screen = () => import('./board.tsx');
// Opened here: its chunk comes while the device's storage opens.
if (location.pathname === '/board') screen().catch(() => undefined);
const Board = lazy(async () => (await screen()).Board);

export const boardScreens: readonly Screen[] = [{ path: '/board', draw: () => <Board /> }];
