import { defineConfig } from 'vitest/config';

// One file after the other: several of them measure the machine that the server runs on.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.acceptance.ts'],
    globalSetup: ['global-setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
