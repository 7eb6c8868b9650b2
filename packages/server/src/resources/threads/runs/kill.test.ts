import { expect, it } from 'vitest';
import { killRuns } from '../../../start/testing/kill-runs.ts';
import { describeDatabases } from '../../../storage/sql/testing/databases.ts';

const ROUNDS = 2;

describeDatabases('runs whose servers and workers are killed', (open) => {
  it(`ends every run and writes everything once after ${ROUNDS * 2} kills with SIGKILL`, async () => {
    expect(await killRuns(open, ROUNDS)).toBeGreaterThan(0);
  }, 300_000);
});
