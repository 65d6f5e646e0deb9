// The visitor screens, in one chunk.

export { Amend } from './amend.tsx';
export { Arrive } from './arrive.tsx';
export { Exit } from './exit.tsx';
export { History } from './history.tsx';
export { InsideList } from './inside.tsx';
export { Latest } from './latest.tsx';
export { VisitPage } from './page.tsx';
export { Search } from './search.tsx';
