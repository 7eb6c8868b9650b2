import { defineConfig } from 'vitest/config';

// Threads without isolation: six times faster than a process per file, and a test that leans on module state shows itself.
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
