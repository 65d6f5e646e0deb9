// The screens of shifts and swaps, and their addresses.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
// Opened at one of them: their chunk comes while the device's storage opens.
if (/^\/s(?:hift|wap)s/.test(location.pathname)) screens().catch(() => undefined);
const Shifts = lazy(async () => (await screens()).Shifts);
/** The one list of what waits; the shell puts in what waits of other features. */
export const SwapList = lazy(async () => (await screens()).SwapList);
const SwapPage = lazy(async () => (await screens()).SwapPage);
const SwapRegister = lazy(async () => (await screens()).SwapRegister);
const Ask = lazy(async () => (await screens()).Ask);

export const swapScreens: readonly Screen[] = [
  { path: '/shifts', draw: () => <Shifts /> },
  { path: '/swaps/register', draw: () => <SwapRegister /> },
  { path: '/swaps/of/:id', draw: (id) => <SwapPage key={id} id={id} /> },
  { path: '/swaps/new/:id', draw: (id) => <Ask key={id} id={id} /> },
];
