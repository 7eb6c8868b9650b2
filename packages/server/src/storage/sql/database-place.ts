/** A database by its place: which migrations it has, running them, and its rows. The dialect's package is loaded only where it is used. */
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
  /** The file, or the URL without user and password. */
  place: string;
  applied: AppliedMigration[];
  /** What the next start, or `migrate`, runs. */
  pending: Migration[];
}

export function knownMigrations(place: DatabasePlace): Migration[] {
  return readMigrations(migrationsFolder('url' in place ? 'postgres' : 'sqlite'));
}

/** Nothing is written. Throws MigrationError where database and program do not fit. */
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

/** Runs what is pending of `known`. Throws MigrationError; what was applied before stays. */
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
