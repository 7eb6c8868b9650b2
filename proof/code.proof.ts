/**
 * Kills servers and workers with SIGKILL while they execute code of responses, on every database: every response is
 * completed, and no code is executed twice.
 */
import { expect, it } from 'vitest';
import { canExecuteCode } from '../packages/server/src/sandbox/testing/can-execute-code.ts';
import { killCode } from '../packages/server/src/start/testing/kill-code.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const MAX_MS = 1_800_000;

const canExecute = await canExecuteCode();

describeDatabases('code whose servers and workers are killed', (open) => {
  it.skipIf(!canExecute)(
    `is executed at most once after ${ROUNDS * 2} kills`,
    async () => {
      const counts = await killCode(open, ROUNDS);
      console.log(`ended ${counts.ended}, interrupted ${counts.interrupted}`);
      expect(counts.ended).toBeGreaterThan(0);
      expect(counts.interrupted).toBeGreaterThan(0);
    },
    MAX_MS,
  );
});
