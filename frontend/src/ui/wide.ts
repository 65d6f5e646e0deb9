// Whether there is room for a list and its detail side by side.

import { signal } from '@preact/signals';

const query = matchMedia('(width >= 60rem)');
export const wide = signal(query.matches);

query.addEventListener('change', () => {
  wide.value = query.matches;
});
