// The screens of corrections, and their addresses.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
const CorrectionList = lazy(async () => (await screens()).CorrectionList);
const AskCorrection = lazy(async () => (await screens()).AskCorrection);
const CorrectionPage = lazy(async () => (await screens()).CorrectionPage);
const Outages = lazy(async () => (await screens()).Outages);

export const CorrectionCards = lazy(async () => (await screens()).CorrectionCards);

export const correctionScreens: readonly Screen[] = [
  { path: '/corrections', draw: () => <CorrectionList /> },
  { path: '/corrections/outage', draw: () => <Outages /> },
  { path: '/corrections/of/:id', draw: (id) => <CorrectionPage key={id} id={id} /> },
  { path: '/corrections/in/:id', draw: (id) => <AskCorrection key={id} id={id} direction="in" /> },
  { path: '/corrections/out/:id', draw: (id) => <AskCorrection key={id} id={id} direction="out" /> },
];
