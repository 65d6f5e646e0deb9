// The screens of attendance, and their addresses.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screens = () => import('./screens.tsx');
// Opened at one of them: their chunk comes while the device's storage opens.
if (location.pathname.startsWith('/month')) screens().catch(() => undefined);
const MyMonth = lazy<{ named?: string }>(async () => (await screens()).MyMonth);
const DayPage = lazy<{ date: string }>(async () => (await screens()).DayPage);
const deskScreens = () => import('./desk-screens.tsx');
if (location.pathname.startsWith('/attendance')) deskScreens().catch(() => undefined);
const Matrix = lazy<{ named?: string }>(async () => (await deskScreens()).Matrix);

export const attendanceScreens: readonly Screen[] = [
  { path: '/month', draw: () => <MyMonth /> },
  { path: '/month/of/:month', draw: (named) => <MyMonth named={named} /> },
  { path: '/month/day/:date', draw: (date) => <DayPage key={date} date={date} /> },
  { path: '/attendance', draw: () => <Matrix /> },
  { path: '/attendance/of/:month', draw: (named) => <Matrix named={named} /> },
];
