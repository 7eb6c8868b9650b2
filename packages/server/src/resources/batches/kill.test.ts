import { expect, it } from 'vitest';
import { killBatches } from '../../start/testing/kill-batches.ts';
import { describeDatabases } from '../../storage/sql/testing/databases.ts';

const ROUNDS = 2;

describeDatabases('batches whose servers and workers are killed', (open) => {
  it(`every batch line is answered once after ${ROUNDS * 2} kills with SIGKILL`, async () => {
    expect((await killBatches(open, { rounds: ROUNDS, firstLines: 150 })).cut).toBeGreaterThan(0);
  }, 300_000);
});
