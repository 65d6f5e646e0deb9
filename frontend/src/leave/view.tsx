// The screens of leave and outings, and their addresses.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
const LeaveList = lazy(async () => (await screens()).LeaveList);
const LeavePage = lazy(async () => (await screens()).LeavePage);
const AskLeave = lazy(async () => (await screens()).AskLeave);
const GoOut = lazy(async () => (await screens()).GoOut);

export const LeaveCards = lazy(async () => (await screens()).LeaveCards);

export const leaveScreens: readonly Screen[] = [
  { path: '/leave', draw: () => <LeaveList /> },
  { path: '/leave/new', draw: () => <AskLeave id="" /> },
  { path: '/leave/out', draw: () => <GoOut /> },
  { path: '/leave/new/:id', draw: (id) => <AskLeave key={id} id={id} /> },
  { path: '/leave/of/:id', draw: (id) => <LeavePage key={id} id={id} /> },
];
