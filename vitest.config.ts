import { defineConfig } from 'vitest/config';

// Threads without isolation are six times faster than a process per file, and expose tests that depend on module state.
export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'test/**/*.test.ts', 'docs/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    env: { SELFSAME_LOG_LEVEL: 'silent' },
  },
});
