// The screens about people and devices, in one chunk.

import './staff.css';

export { Devices } from './devices-list.tsx';
export { Held } from './held.tsx';
export { People } from './people-list.tsx';
export { Versions } from './versions.tsx';
