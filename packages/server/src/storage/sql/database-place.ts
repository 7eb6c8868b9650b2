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

export type DatabasePlace = { path: string } | { url: string };

export interface SchemaStatus {
  /** The path of the file, or the URL without user and password. */
  place: string;
  applied: AppliedMigration[];
  /** Migrations that the next start, or `db migrate`, runs. */
  pending: Migration[];
}

export function knownMigrations(place: DatabasePlace): Migration[] {
  return readMigrations(migrationsFolder('url' in place ? 'postgres' : 'sqlite'));
}

/** Read-only. Throws MigrationError when the database does not match the program. */
export async function schemaStatus(place: DatabasePlace): Promise<SchemaStatus> {
  const known = knownMigrations(place);
  if ('url' in place) {
    const { appliedToPostgres } = await import('./dialects/postgres/migrate-postgres.ts');
    const { toPlace } = await import('./dialects/postgres/connect-postgres.ts');
    const applied = await appliedToPostgres(place.url);
    return { place: toPlace(place.url), applied, pending: pendingMigrations(applied, known, toPlace(place.url)) };
  }
  const { appliedToSqlite } = await import('./dialects/sqlite/migrate-sqlite.ts');
  const applied = await appliedToSqlite(place.path);
  return { place: place.path, applied, pending: pendingMigrations(applied, known, place.path) };
}

/** Runs the pending migrations of `known`. Throws MigrationError; completed migrations stay applied. */
export async function migrateDatabase(place: DatabasePlace, known: readonly Migration[], clock: Clock): Promise<void> {
  if ('url' in place) {
    const { migratePostgres } = await import('./dialects/postgres/migrate-postgres.ts');
    await migratePostgres(place.url, known, clock);
    return;
  }
  const { migrateSqlite } = await import('./dialects/sqlite/migrate-sqlite.ts');
  await migrateSqlite(place.path, known, clock);
}

export async function openStoredRows(place: DatabasePlace): Promise<StoredRows> {
  if ('url' in place) {
    const { openPostgresRows } = await import('./dialects/postgres/postgres-rows.ts');
    return openPostgresRows(place.url);
  }
  const { openSqliteRows } = await import('./dialects/sqlite/sqlite-rows.ts');
  return openSqliteRows(place.path);
}
