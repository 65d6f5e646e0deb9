// How units are filed on the device: by building, so that a building's rooms are read without the rest of the estate's.

import type { EngineOptions } from '@gatehouse/sync/api';
import { textOf } from '../ui/context.ts';

export const orders: EngineOptions['orders'] = { unit: (row) => [textOf(row, 'building')] };
