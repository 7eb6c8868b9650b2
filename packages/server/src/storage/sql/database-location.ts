/** Migrations and rows of a database by its location. The package of a dialect is loaded on first use. */
import type { Clock } from '../../lib/clock.ts';
import {
  type AppliedMigration,
  type Migration,
  migrationsFolder,
  pendingMigrations,
  readMigrations,
} from './migrations.ts';
import type { StoredRows } from './stored-rows.ts';

export type DatabaseLocation = { path: string } | { url: string };

export interface SchemaStatus {
  /** The path of the file, or the URL without user and password. */
  location: string;
  applied: AppliedMigration[];
  /** Migrations that the next start, or `db migrate`, runs. */
  pending: Migration[];
}

export function knownMigrations(location: DatabaseLocation): Migration[] {
  return readMigrations(migrationsFolder('url' in location ? 'postgres' : 'sqlite'));
}

/** Read-only. Throws MigrationError when the database does not match the program. */
export async function schemaStatus(location: DatabaseLocation): Promise<SchemaStatus> {
  const known = knownMigrations(location);
  if ('url' in location) {
    const { appliedToPostgres } = await import('./dialects/postgres/migrate-postgres.ts');
    const { withoutCredentials } = await import('./dialects/postgres/connect-postgres.ts');
    const applied = await appliedToPostgres(location.url);
    return {
      location: withoutCredentials(location.url),
      applied,
      pending: pendingMigrations(applied, known, withoutCredentials(location.url)),
    };
  }
  const { appliedToSqlite } = await import('./dialects/sqlite/migrate-sqlite.ts');
  const applied = await appliedToSqlite(location.path);
  return { location: location.path, applied, pending: pendingMigrations(applied, known, location.path) };
}

/** Runs the pending migrations of `known`. Throws MigrationError; completed migrations stay applied. */
export async function migrateDatabase(
  location: DatabaseLocation,
  known: readonly Migration[],
  clock: Clock,
): Promise<void> {
  if ('url' in location) {
    const { migratePostgres } = await import('./dialects/postgres/migrate-postgres.ts');
    await migratePostgres(location.url, known, clock);
    return;
  }
  const { migrateSqlite } = await import('./dialects/sqlite/migrate-sqlite.ts');
  await migrateSqlite(location.path, known, clock);
}

export async function openStoredRows(location: DatabaseLocation): Promise<StoredRows> {
  if ('url' in location) {
    const { openPostgresRows } = await import('./dialects/postgres/postgres-rows.ts');
    return openPostgresRows(location.url);
  }
  const { openSqliteRows } = await import('./dialects/sqlite/sqlite-rows.ts');
  return openSqliteRows(location.path);
}
