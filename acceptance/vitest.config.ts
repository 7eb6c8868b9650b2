import { defineConfig } from 'vitest/config';

// One file after the other: several of them measure the machine that the server runs on.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.acceptance.ts'],
    globalSetup: ['global-setup.ts'],
    fileParallelism: false,
    // A real model draws its words: once in a while a good one is not what a test waits for.
    retry: process.env['SELFSAME_TEST_MODEL'] === undefined ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
