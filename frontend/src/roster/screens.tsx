// The screens of who plans a team, in one chunk.

export { Planner } from './planner.tsx';
