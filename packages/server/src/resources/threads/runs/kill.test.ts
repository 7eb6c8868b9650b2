import { expect, it } from 'vitest';
import { killRuns } from '../../../start/testing/kill-runs.ts';
import { describeDatabases } from '../../../storage/sql/testing/databases.ts';

const ROUNDS = 3;

describeDatabases('runs whose servers and workers are killed', (open) => {
  it(`are over, and have written everything once, after ${ROUNDS * 2} kills with SIGKILL`, async () => {
    // Otherwise nothing was killed in the middle of anything.
    expect(await killRuns(open, ROUNDS)).toBeGreaterThan(0);
  }, 300_000);
});
