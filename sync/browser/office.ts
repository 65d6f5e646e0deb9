/** What only an admin does. It comes with what talks to the server: an office works with a network. */

import { declare } from './entities.ts';
import catalogue from './office.json' with { type: 'json' };

declare(catalogue);
