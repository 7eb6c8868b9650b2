/**
 * Kills workers and servers with SIGKILL at random moments, on every database: every effect of a job happens exactly
 * once, and acknowledged writes are durable.
 */
import { expect, it } from 'vitest';
import { killRounds } from '../packages/server/src/jobs/testing/kill-rounds.ts';
import { killObjects } from '../packages/server/src/start/testing/kill-objects.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const MAX_MS = 900_000;

describeDatabases('jobs whose workers are killed', (open) => {
  it(`produces each effect of a job once after ${ROUNDS * 2} kills`, () => killRounds(open, ROUNDS), MAX_MS);
});

describeDatabases('servers that are killed', (open) => {
  it(
    `keeps every acknowledged file, upload and completion after ${ROUNDS} kills`,
    async () => {
      expect(await killObjects(open, ROUNDS)).toBeGreaterThan(ROUNDS);
    },
    MAX_MS,
  );
});
