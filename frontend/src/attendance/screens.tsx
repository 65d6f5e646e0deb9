// The screens of one's own attendance, in one chunk.

import './attendance.css';

export { DayPage } from './day-page.tsx';
export { MyMonth } from './my-month.tsx';
