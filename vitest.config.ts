import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['frontend/src/**/*.test.ts', 'sync/browser/**/*.test.ts'],
    // Two workers: the same as pytest's, so that a small machine stays usable.
    maxWorkers: 2,
  },
});
