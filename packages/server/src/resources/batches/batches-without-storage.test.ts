import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openBatches } from '../../start/testing/open-batches.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import { openPostgresStorage } from '../../storage/sql/open-postgres-storage.ts';
import { openSqliteStorage } from '../../storage/sql/open-sqlite-storage.ts';
import { initialisePostgres, startPostgres, stopPostgres } from '../../storage/sql/testing/postgres-binaries.ts';
import { postgresMissing } from '../../storage/sql/testing/postgres-server.ts';

const LINES = 120;
const MAX_MS = 60_000;
/** Short, so that another worker takes over soon after a lost renewal. */
const LEASE_MS = 600;

const clock = createManualClock(Date.now());
const ids = createIdSource(clock);

/** A disk of 12 MB; undefined if this user may not mount one. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

interface Trouble {
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** Removes the storage in the middle of a batch and restores it after the worker has met the failure. */
async function runThrough(repositories: Repositories, folder: string, trouble: Trouble): Promise<void> {
  const batches = await openBatches({ repositories, clock, ids, folder });
  const met: unknown[] = [];
  const pool = await batches.startPool({
    leaseMs: LEASE_MS,
    onError: (error) => met.push(error),
    onEnd: (_job, end) => 'error' in end && met.push(end.error),
  });
  const long = 'x'.repeat(5000);
  const id = await batches.begin(Array.from({ length: LINES }, (_, i) => `@script {"startDelayMs":30}\n${i} ${long}`));
  await expect.poll(async () => (await batches.find(id))?.completed, { timeout: MAX_MS }).toBeGreaterThan(5);
  await trouble.begin();
  await expect.poll(() => met.length, { timeout: MAX_MS }).toBeGreaterThan(0);
  expect(met[0]).toMatchObject({ code: 'storage_unavailable' });
  await trouble.end();
  await expect.poll(async () => (await batches.find(id))?.status, { timeout: MAX_MS }).toBe('completed');
  const batch = await batches.find(id);
  expect(batch).toMatchObject({ total: LINES, completed: LINES, failed: 0, errorFileId: null });
  const output = await batches.read(batch?.outputFileId);
  expect(output.map((line) => line.custom_id)).toEqual(Array.from({ length: LINES }, (_, i) => `r${i}`));
  await pool.stop(0);
  await batches.services.models.close();
}

describe('a batch', () => {
  it('a batch survives a full disk: it keeps its answers and continues when the disk has space', async (test) => {
    const folder = mountSmallDisk();
    if (folder === undefined) return test.skip('NOT TESTED: a full disk, because this user may not mount one');
    const repositories = await openSqliteStorage({ path: join(folder, 'selfsame.db'), clock, ids });
    const filler = join(folder, 'filler');
    try {
      await runThrough(repositories, folder, {
        begin: async () => expect(() => writeFileSync(filler, Buffer.alloc(16_000_000))).toThrow(/ENOSPC/),
        end: async () => rmSync(filler),
      });
    } finally {
      await repositories.close();
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it.skipIf(postgresMissing !== undefined)(
    'a batch survives a PostgreSQL that stops and restarts',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'selfsame-gone-'));
      initialisePostgres(folder);
      let server = await startPostgres(folder);
      const url = `postgres:///postgres?user=postgres&host=${encodeURIComponent(folder)}`;
      const repositories = await openPostgresStorage({ url, clock, ids });
      await runThrough(repositories, folder, {
        begin: () => stopPostgres(server, 'SIGQUIT'),
        end: async () => {
          server = await startPostgres(folder);
        },
      });
      await repositories.close();
      await stopPostgres(server, 'SIGQUIT');
      rmSync(folder, { recursive: true });
    },
    120_000,
  );
});
