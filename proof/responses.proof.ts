/**
 * Kills servers and workers with SIGKILL during responses in the background, on every database: every response is
 * completed, and its output is written once.
 */
import { expect, it } from 'vitest';
import { killResponses } from '../packages/server/src/start/testing/kill-responses.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const MAX_MS = 1_800_000;

describeDatabases('responses whose servers and workers are killed', (open) => {
  it(
    `completes every response and writes its output once after ${ROUNDS * 2} kills`,
    async () => {
      expect(await killResponses(open, ROUNDS)).toBeGreaterThan(ROUNDS);
    },
    MAX_MS,
  );
});
