/**
 * Workers and servers are killed with SIGKILL at random moments, on every database: no effect of a job is lost, none happens twice, and
 * what a server acknowledged is there.
 */
import { expect, it } from 'vitest';
import { killRounds } from '../packages/server/src/jobs/testing/kill-rounds.ts';
import { killObjects } from '../packages/server/src/start/testing/kill-objects.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const MAX_MS = 900_000;

describeDatabases('jobs whose workers are killed', (open) => {
  it(`have each effect once after ${ROUNDS * 2} kills`, () => killRounds(open, ROUNDS), MAX_MS);
});

describeDatabases('servers that are killed', (open) => {
  it(
    `have every file, upload and completion that they acknowledged after ${ROUNDS} kills`,
    async () => {
      expect(await killObjects(open, ROUNDS)).toBeGreaterThan(ROUNDS);
    },
    MAX_MS,
  );
});
