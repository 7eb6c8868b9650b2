import { it } from 'vitest';
import { describeDatabases } from '../storage/sql/testing/databases.ts';
import { killRounds } from './testing/kill-rounds.ts';

const ROUNDS = 3;

describeDatabases('jobs whose workers are killed', (open) => {
  it(
    `produces each effect of a job once after ${ROUNDS * 2} kills of workers with SIGKILL`,
    () => killRounds(open, ROUNDS),
    120_000,
  );
});
