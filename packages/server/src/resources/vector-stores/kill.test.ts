import { it } from 'vitest';
import { describeDatabases } from '../../storage/sql/testing/databases.ts';
import { killRounds } from './testing/kill-rounds.ts';

const ROUNDS = 3;

describeDatabases('files that are read while workers are killed', (open) => {
  it(`stores each chunk of a file once after ${ROUNDS} kills with SIGKILL`, () => killRounds(open, ROUNDS), 180_000);
});
