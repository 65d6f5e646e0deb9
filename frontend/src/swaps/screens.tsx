// The screens of shifts and swaps, in one chunk.

export { Ask } from './ask.tsx';
export { SwapList } from './list.tsx';
export { SwapPage } from './page.tsx';
export { SwapRegister } from './register.tsx';
export { Shifts } from './shifts.tsx';
