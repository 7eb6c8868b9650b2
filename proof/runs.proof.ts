/**
 * Servers and workers are killed with SIGKILL in the middle of runs, on every database: no message is lost, none is doubled, and no run is
 * active when its time is over.
 */
import { expect, it } from 'vitest';
import { expireKilledRuns, killRuns } from '../packages/server/src/start/testing/kill-runs.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const LONGEST_MS = 1_800_000;

describeDatabases('runs whose servers and workers are killed', (open) => {
  it(
    `are over, and have written everything once, after ${ROUNDS * 2} kills`,
    async () => {
      expect(await killRuns(open, ROUNDS)).toBeGreaterThan(ROUNDS);
    },
    LONGEST_MS,
  );

  it('are over when their time is, though nobody asks for them', async () => {
    expect(await expireKilledRuns(open)).toBeGreaterThan(0);
  });
});
