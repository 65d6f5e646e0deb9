// The screens of rosters, and their addresses.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
// Opened here: its chunk comes while the device's storage opens.
if (location.pathname.startsWith('/roster')) screens().catch(() => undefined);
const Planner = lazy(async () => (await screens()).Planner);

/** Which version of the roster somebody holds; stands above their own shifts. */
export const Mine = lazy(async () => (await screens()).Mine);

export const rosterScreens: readonly Screen[] = [{ path: '/roster', draw: () => <Planner /> }];
