/** Opens a PostgreSQL database: migrations, then first start, then the repositories. */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { Repositories } from '../repositories/repositories.ts';
import { migratePostgres } from './dialects/postgres/migrate-postgres.ts';
import { openPostgresDatabase } from './dialects/postgres/open-postgres-database.ts';
import { ensureInstallation } from './installation.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';
import { type Acceleration, createChunkIndex } from './search/chunk-index.ts';
import { sqlRepositories } from './sql-repositories.ts';

export interface PostgresStorageOptions {
  /** `postgres://user:password@host:port/database`, as PostgreSQL's own programs take it. The database exists. */
  url: string;
  clock: Clock;
  ids: IdSource;
  /** Without, large stores are searched exactly, which takes longer. */
  acceleration?: Acceleration | undefined;
}

/**
 * Throws MigrationError when the database is newer than this program, was migrated by altered files, or is not a database of it; the
 * ApiError `storage_unavailable` when it does not answer. Any number of processes may use one database.
 */
export async function openPostgresStorage({
  url,
  clock,
  ids,
  acceleration,
}: PostgresStorageOptions): Promise<Repositories> {
  await migratePostgres(url, readMigrations(migrationsFolder('postgres')), clock);
  const database = await openPostgresDatabase(url);
  try {
    await ensureInstallation(database, clock, ids);
  } catch (error) {
    await database.close();
    throw error;
  }
  return sqlRepositories(database, { clock, ids, search: createChunkIndex(database, { clock, acceleration }) });
}
