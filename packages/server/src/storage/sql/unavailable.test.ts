import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../errors/api-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import type { Repositories } from '../repositories/repositories.ts';
import { openPostgresStorage } from './open-postgres-storage.ts';
import { openSqliteStorage } from './open-sqlite-storage.ts';
import { initialisePostgres, startPostgres, stopPostgres } from './testing/postgres-binaries.ts';
import { postgresMissing } from './testing/postgres-server.ts';

const ids = createIdSource(systemClock);
const LONG = 'x'.repeat(50_000);

async function expectUnavailable(work: Promise<unknown>, because: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 503, code: 'storage_unavailable' });
  expect((error as ApiError).message).toMatch(because);
}

const organizations = (repositories: Repositories) => repositories.system().organizations;
const create = (repositories: Repositories, id: string, name = LONG) =>
  organizations(repositories).create({ id, name, createdAt: 1 });

/** A disk of 3 MB. Undefined if this user may not mount one. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

describe('SQLite on a full disk', () => {
  it('refuses writes on a full disk with a 503, keeps reading, and writes again when there is space', async (test) => {
    const folder = mountSmallDisk();
    if (folder === undefined) return test.skip('NOT TESTED: a full disk, because this user may not mount one');
    const path = join(folder, 'selfsame.db');
    const repositories = await openSqliteStorage({ path, clock: systemClock, ids });
    try {
      await create(repositories, 'org-before');
      expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(4_000_000))).toThrow(/ENOSPC/);
      const both = repositories.system().transaction(async (tx) => {
        await tx.organizations.create({ id: 'org-small', name: 'small', createdAt: 1 });
        await tx.organizations.create({ id: 'org-long', name: LONG, createdAt: 1 });
      });
      await expectUnavailable(both, /disk/);
      await expectUnavailable(create(repositories, 'org-alone'), /disk/);
      expect((await organizations(repositories).retrieve('org-before'))?.name).toBe(LONG);
      expect(await organizations(repositories).retrieve('org-small')).toBeUndefined();
      rmSync(join(folder, 'filler'));
      await create(repositories, 'org-after');
      expect(await organizations(repositories).retrieve('org-after')).toBeDefined();
      const file = new SqliteFile(path, { readonly: true });
      expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
      file.close();
    } finally {
      await repositories.close();
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(postgresMissing !== undefined)('a PostgreSQL that stops', () => {
  it('fails with a 503 at once without PostgreSQL, and keeps acknowledged records when it is back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-gone-'));
    initialisePostgres(folder);
    let server = await startPostgres(folder);
    const url = `postgres:///postgres?user=postgres&host=${encodeURIComponent(folder)}`;
    const repositories = await openPostgresStorage({ url, clock: systemClock, ids });
    let wakes = 0;
    repositories.signals.subscribe('anything', () => {
      wakes += 1;
    });
    await create(repositories, 'org-before', 'before');
    await expect.poll(() => wakes, { timeout: 5000 }).toBe(1);

    await stopPostgres(server, 'SIGINT');
    await expectUnavailable(create(repositories, 'org-during', 'during'), /database/);
    await expectUnavailable(organizations(repositories).retrieve('org-before'), /database/);
    await expectUnavailable(repositories.ping(), /database/);
    await expectUnavailable(openPostgresStorage({ url, clock: systemClock, ids }), /does not answer/);

    server = await startPostgres(folder);
    await create(repositories, 'org-after', 'after');
    expect((await organizations(repositories).retrieve('org-before'))?.name).toBe('before');
    await expect.poll(() => wakes, { timeout: 10_000 }).toBe(2);

    // A crash in the middle of transactions.
    const writes = Array.from({ length: 20 }, (_, i) =>
      create(repositories, `org-${i}`, 'x').then(
        () => `org-${i}`,
        (error: unknown) => expect(error).toMatchObject({ code: 'storage_unavailable' }),
      ),
    );
    await sleep(5);
    await stopPostgres(server, 'SIGQUIT');
    const acknowledged = (await Promise.all(writes)).filter((id) => typeof id === 'string');
    server = await startPostgres(folder);
    for (const id of acknowledged) expect(await organizations(repositories).retrieve(id)).toBeDefined();
    await repositories.close();
    await stopPostgres(server, 'SIGQUIT');
    rmSync(folder, { recursive: true });
  }, 60_000);
});
