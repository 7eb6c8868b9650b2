/** For tests: a real SQLite database in a temporary folder, which is removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../lib/clock.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { Repositories } from '../../repositories/repositories.ts';
import { openSqliteStorage } from '../open-sqlite-storage.ts';

export interface SqliteFixture {
  path: string;
  repositories: Repositories;
  openAgain(): Promise<Repositories>;
  dispose(): Promise<void>;
}

export async function openSqliteFixture(clock: Clock, ids: IdSource): Promise<SqliteFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-storage-'));
  const path = join(folder, 'selfsame.db');
  const opened: Repositories[] = [];
  async function openAgain(): Promise<Repositories> {
    const repositories = await openSqliteStorage({ path, clock, ids });
    opened.push(repositories);
    return repositories;
  }
  return {
    path,
    repositories: await openAgain(),
    openAgain,
    async dispose() {
      for (const repositories of opened) await repositories.close();
      rmSync(folder, { recursive: true });
    },
  };
}
