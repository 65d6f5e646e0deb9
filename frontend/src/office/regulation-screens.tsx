// The screens of regulations and holidays, in one chunk with what clauses say.

import './office.css';

export { Holidays } from './holiday-list.tsx';
export { Regulations } from './regulations.tsx';
