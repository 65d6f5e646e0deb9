/** What the app tells the engine, in tests. */

import type { EngineOptions } from '../api.ts';

export const OPTIONS: EngineOptions = {
  label: 'a test device',
  app: '0.1.0+test',
  orders: { visit: (row) => [String(row.f['site']), row.at] },
};
