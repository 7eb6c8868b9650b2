import { defineConfig } from 'vitest/config';

// Long runs over many generated cases. They are slow, not flaky: the same seeds give the same cases.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.proof.ts'],
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
    env: { SELFSAME_LOG_LEVEL: 'silent' },
  },
});
