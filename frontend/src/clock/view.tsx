// The clock and its address; the same on a post's tablet, where people pick themselves.

import type { Engine, Kiosk as Place } from '@gatehouse/sync/api';
import type { ComponentChildren } from 'preact';
import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
if (location.pathname === '/clock') screens().catch(() => undefined);
const Clock = lazy(async () => (await screens()).Clock);
export const SetUp = lazy(async () => (await screens()).SetUp);
export const Kiosk = lazy<{ engine: Engine; kiosk: Place; onSignIn: () => void; children: ComponentChildren }>(
  async () => (await screens()).Kiosk,
);

export const clockScreens: readonly Screen[] = [{ path: '/clock', draw: () => <Clock /> }];
