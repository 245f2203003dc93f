import { defineConfig } from 'vitest/config';

/** Only what tests the guard: Stryker asks it again for every mutant. */
export default defineConfig({
  test: {
    include: [
      'packages/core/src/respond/*.test.ts',
      'packages/core/src/respond/automation/*.test.ts',
    ],
    testTimeout: 60_000,
  },
});
