// The screen of group robots and its address.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const Robots = lazy(async () => (await import('./page.tsx')).Robots);

/** The way there, for admins. */
export const RobotsCard = lazy(async () => (await import('./page.tsx')).RobotsCard);

export const robotScreens: readonly Screen[] = [{ path: '/office/robots', draw: () => <Robots /> }];
