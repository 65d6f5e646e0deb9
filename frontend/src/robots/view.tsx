// The screen of group robots and its address.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const Robots = lazy(async () => (await import('./page.tsx')).Robots);

export const robotScreens: readonly Screen[] = [{ path: '/office/robots', draw: () => <Robots /> }];
