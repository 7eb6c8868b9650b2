/**
 * Kills servers, workers and native engines with SIGKILL during batches, on every database: every line appears once in
 * one of the two files. SELFSAME_PROOF_ROUNDS makes a shorter run.
 */
import { expect, it } from 'vitest';
import { killBatches } from '../packages/server/src/start/testing/kill-batches.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = Number(process.env['SELFSAME_PROOF_ROUNDS'] ?? 30);
const LINES = 500;
const MAX_MS = 1_800_000;

describeDatabases('batches whose servers and workers are killed', (open) => {
  it(
    `writes every line of a batch once after ${ROUNDS * 2} kills`,
    async () => {
      const { cut } = await killBatches(open, { rounds: ROUNDS, firstLines: LINES });
      expect(cut).toBeGreaterThan(ROUNDS / 2);
    },
    MAX_MS,
  );

  // The test finds engine processes through /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    `writes every line of a batch once after ${ROUNDS * 2} kills and kills of the built-in model's engines`,
    async () => {
      const { cut, engines } = await killBatches(open, { rounds: ROUNDS, firstLines: LINES, engines: true });
      process.stdout.write(`Cut off in the middle: ${cut} times; engines killed: ${engines}.\n`);
      expect(cut).toBeGreaterThan(ROUNDS / 2);
      expect(engines).toBeGreaterThan(ROUNDS / 2);
    },
    MAX_MS,
  );
});
