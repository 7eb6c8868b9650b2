import { expect, it } from 'vitest';
import { describeDatabases } from '../storage/sql/testing/databases.ts';
import { killObjects } from './testing/kill-objects.ts';

const ROUNDS = 3;
const MAX_MS = 240_000;

describeDatabases('a server that is killed', (open) => {
  it(
    `a server has every acknowledged object after ${ROUNDS} kills`,
    async () => {
      expect(await killObjects(open, ROUNDS)).toBeGreaterThan(ROUNDS);
    },
    MAX_MS,
  );
});
