// The clock and its address.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
if (location.pathname === '/clock') screens().catch(() => undefined);
const Clock = lazy(async () => (await screens()).Clock);
export const SetUp = lazy(async () => (await screens()).SetUp);

export const clockScreens: readonly Screen[] = [{ path: '/clock', draw: () => <Clock /> }];
