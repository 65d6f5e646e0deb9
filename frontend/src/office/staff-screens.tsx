// The screens about people and devices, in one chunk.

import './staff.css';

export { Devices } from './devices-list.tsx';
export { People } from './people-list.tsx';
export { Versions } from './versions.tsx';
