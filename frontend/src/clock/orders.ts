// How shifts, punches and swaps are filed on the device: by their time.

import type { EngineOptions } from '@gatehouse/sync/api';
import { numberOf } from '../ui/context.ts';

export const orders: EngineOptions['orders'] = {
  shift: (row) => [numberOf(row, 'start') ?? row.at],
  punch: (row) => [numberOf(row, 'punched') ?? row.at],
};
