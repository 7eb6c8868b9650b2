import { defineConfig } from 'vitest/config';

// Files run sequentially, because several of them measure the server's machine.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.acceptance.ts'],
    globalSetup: ['global-setup.ts'],
    fileParallelism: false,
    // A real model samples its words, so a test occasionally fails on a valid answer.
    retry: process.env['SELFSAME_TEST_MODEL'] === undefined ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
