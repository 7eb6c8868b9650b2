/** Opens the embedded database: migrations, then the repositories. */
import type { Repositories } from '../repositories/repositories.ts';
import { migrateSqlite } from './dialects/sqlite/migrate-sqlite.ts';
import { openSqliteDatabase } from './dialects/sqlite/open-sqlite-database.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';
import { openRepositories, type StorageOptions } from './open-repositories.ts';

export interface SqliteStorageOptions extends StorageOptions {
  /** The database file. It and its folder are created if absent, readable by their owner only. */
  path: string;
}

/**
 * Throws MigrationError when the file is newer than this program, was migrated by altered files, or belongs to another
 * program. Several processes may have the same file open.
 */
export async function openSqliteStorage({ path, ...options }: SqliteStorageOptions): Promise<Repositories> {
  await migrateSqlite(path, readMigrations(migrationsFolder('sqlite')), options.clock);
  const database = await openSqliteDatabase(path);
  return openRepositories(database, { ...options, searchInThread: database.searchInThread });
}
