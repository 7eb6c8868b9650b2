/**
 * Kills servers and workers with SIGKILL during runs, on every database: no message is lost or duplicated, and no
 * expired run is active. Slow readers do not increase memory.
 */
import { expect, it } from 'vitest';
import { expireKilledRuns, killRuns } from '../packages/server/src/start/testing/kill-runs.ts';
import { readSlowly } from '../packages/server/src/start/testing/slow-readers.ts';
import { describeDatabases } from '../packages/server/src/storage/sql/testing/databases.ts';

const ROUNDS = 30;
const MAX_MS = 1_800_000;

describeDatabases('runs whose servers and workers are killed', (open) => {
  it(
    `ends every run and writes every message once after ${ROUNDS * 2} kills`,
    async () => {
      expect(await killRuns(open, ROUNDS)).toBeGreaterThan(ROUNDS);
    },
    MAX_MS,
  );

  it('expires runs at their deadline without a request', async () => {
    expect(await expireKilledRuns(open)).toBeGreaterThan(0);
  });
});

const READERS = 1000;
const MEGABYTE = 1e6;

it(`a server does not need more memory for ${READERS} slow readers with a larger lag`, async () => {
  const { before, after } = await readSlowly({ readers: READERS, first: 1000, last: 100_000 });
  console.info(`${READERS} readers: ${(before / MEGABYTE).toFixed()} MB, then ${(after / MEGABYTE).toFixed()} MB`);
  // The log has grown by 99,000 events of 150 bytes: held for each reader they would be 15 GB.
  expect(after - before).toBeLessThan(100 * MEGABYTE);
});
