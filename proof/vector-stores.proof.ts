/** Kills workers with SIGKILL while they ingest files, on every database: every file has each of its chunks once. */
import { it } from 'vitest';
import { killRounds } from '../packages/server/src/resources/vector-stores/testing/kill-rounds.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 15;
const MAX_MS = 900_000;

describeDatabases('files that are read while workers are killed', (open) => {
  it(`stores each chunk, vector and word once after ${ROUNDS} kills`, () => killRounds(open, ROUNDS), MAX_MS);
});
