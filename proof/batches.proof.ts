/** Servers and workers are killed with SIGKILL in the middle of batches, on every database: every line stands once in one of the two files. */
import { expect, it } from 'vitest';
import { killBatches } from '../packages/server/src/start/testing/kill-batches.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const LONGEST_MS = 1_800_000;

describeDatabases('batches whose servers and workers are killed', (open) => {
  it(
    `have every line once after ${ROUNDS * 2} kills`,
    async () => {
      expect(await killBatches(open, ROUNDS)).toBeGreaterThan(ROUNDS / 2);
    },
    LONGEST_MS,
  );
});
