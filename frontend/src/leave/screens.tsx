// The screens of leave and outings, in one chunk.

import '../ui/requests.css';

export { AskLeave } from './ask.tsx';
export { LeaveCards } from './card.tsx';
export { LeaveList } from './list.tsx';
export { GoOut } from './out.tsx';
export { LeavePage } from './page.tsx';
