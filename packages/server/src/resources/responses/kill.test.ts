import { expect, it } from 'vitest';
import { killResponses } from '../../start/testing/kill-responses.ts';
import { describeDatabases } from '../../storage/sql/testing/databases.ts';

const ROUNDS = 2;

describeDatabases('responses whose servers and workers are killed', (open) => {
  it(`completes every response and writes its output once after ${ROUNDS * 2} kills with SIGKILL`, async () => {
    expect(await killResponses(open, ROUNDS)).toBeGreaterThan(0);
  }, 300_000);
});
