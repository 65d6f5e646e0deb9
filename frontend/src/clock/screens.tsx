// The clock's screens, in one chunk.

export { Clock } from './clock.tsx';
export { Kiosk } from './kiosk.tsx';
export { SetUp } from './set-up.tsx';
