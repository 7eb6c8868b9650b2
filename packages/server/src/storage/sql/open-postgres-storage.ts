/** Opens a PostgreSQL database: migrations, then the repositories. */
import type { Repositories } from '../repositories/repositories.ts';
import { migratePostgres } from './dialects/postgres/migrate-postgres.ts';
import { openPostgresDatabase } from './dialects/postgres/open-postgres-database.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';
import { openRepositories, type StorageOptions } from './open-repositories.ts';

export interface PostgresStorageOptions extends StorageOptions {
  /** `postgres://user:password@host:port/database`, as libpq accepts it. The database exists. */
  url: string;
}

/**
 * Throws MigrationError when the database is newer than this program, was migrated by altered files, or belongs to
 * another program; the ApiError `storage_unavailable` when it does not respond. Any number of processes may use one
 * database.
 */
export async function openPostgresStorage({ url, ...options }: PostgresStorageOptions): Promise<Repositories> {
  await migratePostgres(url, readMigrations(migrationsFolder('postgres')), options.clock);
  return openRepositories(await openPostgresDatabase(url), options);
}
