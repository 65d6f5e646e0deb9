// The screens of the office, in one chunk.

import './office.css';

export { Buildings } from './buildings.tsx';
export { OfficeFrame } from './frame.tsx';
export { Sites } from './sites.tsx';
export { Teams } from './teams.tsx';
export { Templates } from './templates.tsx';
export { Unit } from './unit.tsx';
export { Vehicles } from './vehicles.tsx';
