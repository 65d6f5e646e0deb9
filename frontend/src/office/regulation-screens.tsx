// The screens of regulations, in one chunk with what clauses say.

import './office.css';

export { Regulations } from './regulations.tsx';
