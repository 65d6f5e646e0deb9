// The screens of the office, in one chunk.

import './office.css';

export { OfficeFrame } from './frame.tsx';
export { Sites } from './sites.tsx';
