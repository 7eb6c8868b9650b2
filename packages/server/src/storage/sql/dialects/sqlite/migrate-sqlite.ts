/**
 * Brings a SQLite file to the program's schema, at start. Invariants: one transaction per migration, holding the write lock, with its
 * row in `schema_migrations`; of several processes that start at once each migration runs in one; nothing runs on a file that does not fit.
 */
import { existsSync } from 'node:fs';
import type { Clock } from '../../../../lib/clock.ts';
import { type AppliedMigration, type Migration, MigrationError, pendingMigrations } from '../../migrations.ts';
import { connectSqlite, createSqliteFile, retryWhileBusy, type SqliteConnection } from './connect-sqlite.ts';

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`;

/** Makes the file where it is absent, and runs what is pending of `known`. Throws MigrationError; the file is then as it was. */
export async function migrateSqlite(path: string, known: readonly Migration[], clock: Clock): Promise<void> {
  createSqliteFile(path);
  const connection = await connectSqlite(path, { readonly: false });
  try {
    // A migration may rebuild a table that others refer to; the references are checked before its commit instead.
    connection.pragma('foreign_keys = OFF');
    // Without this look a start would wait for the write lock although nothing is to be done.
    if (pendingMigrations(appliedTo(connection, path), known, path).length === 0) return;
    while (await applyNext(connection, path, known, clock));
  } finally {
    connection.close();
  }
}

/** What the file has applied, in order; nothing is written, and a file that is not there has nothing. */
export async function appliedToSqlite(path: string): Promise<AppliedMigration[]> {
  if (!existsSync(path)) return [];
  const connection = await connectSqlite(path, { readonly: true });
  try {
    return appliedTo(connection, path);
  } finally {
    connection.close();
  }
}

function appliedTo(connection: SqliteConnection, path: string): AppliedMigration[] {
  const tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  if (tables.includes('schema_migrations')) {
    return connection
      .prepare<[], AppliedMigration>('SELECT version, name, checksum FROM schema_migrations ORDER BY version')
      .all();
  }
  if (tables.length === 0) return [];
  throw new MigrationError(`The file ${path} is a SQLite database of another program. Choose another path.`);
}

/** Applies one migration under the lock; answers whether there may be more. */
async function applyNext(
  connection: SqliteConnection,
  path: string,
  known: readonly Migration[],
  clock: Clock,
): Promise<boolean> {
  await retryWhileBusy(() => connection.exec('BEGIN IMMEDIATE'));
  try {
    // Read again: another process may have been here while this one waited.
    const next = pendingMigrations(appliedTo(connection, path), known, path)[0];
    if (next === undefined) return false;
    apply(connection, next, clock.now());
    connection.exec('COMMIT');
    return true;
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK');
  }
}

function apply(connection: SqliteConnection, migration: Migration, appliedAt: number): void {
  try {
    connection.exec(CREATE_TABLE);
    connection.exec(migration.sql);
  } catch (error) {
    throw new MigrationError(`Migration ${migration.name} failed: ${(error as Error).message}.`, { cause: error });
  }
  if (connection.prepare('PRAGMA foreign_key_check').all().length > 0) {
    throw new MigrationError(`Migration ${migration.name} failed: it leaves references to rows that do not exist.`);
  }
  connection
    .prepare('INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)')
    .run(migration.version, migration.name, migration.checksum, appliedAt);
}
