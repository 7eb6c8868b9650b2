/** Opens the embedded database: migrations, then first start, then the repositories. */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { Repositories } from '../repositories/repositories.ts';
import { migrateSqlite } from './dialects/sqlite/migrate-sqlite.ts';
import { openSqliteDatabase } from './dialects/sqlite/open-sqlite-database.ts';
import { ensureInstallation } from './installation.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';
import { type Acceleration, createChunkIndex } from './search/chunk-index.ts';
import { sqlRepositories } from './sql-repositories.ts';

export interface SqliteStorageOptions {
  /** The database file. It and its folder are created if absent, readable by their owner only. */
  path: string;
  clock: Clock;
  ids: IdSource;
  /** Without, large stores are searched exactly, which takes longer. */
  acceleration?: Acceleration | undefined;
}

/**
 * Throws MigrationError when the file is newer than this program, was migrated by altered files, or is not a database of it.
 * Several processes may have the same file open.
 */
export async function openSqliteStorage({
  path,
  clock,
  ids,
  acceleration,
}: SqliteStorageOptions): Promise<Repositories> {
  await migrateSqlite(path, readMigrations(migrationsFolder('sqlite')), clock);
  const database = await openSqliteDatabase(path);
  try {
    await ensureInstallation(database, clock, ids);
  } catch (error) {
    await database.close();
    throw error;
  }
  const search = createChunkIndex(database, { clock, acceleration, searchInThread: database.searchInThread });
  return sqlRepositories(database, { clock, ids, search });
}
