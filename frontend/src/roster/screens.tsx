// The screens of rosters, in one chunk.

export { Mine } from './mine.tsx';
export { Planner } from './planner.tsx';
