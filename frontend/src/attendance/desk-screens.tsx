// The sheet of teams' months, in a chunk of its own: a guard's phone has no use for it.

import './attendance.css';
import './matrix.css';

export { Matrix } from './matrix.tsx';
