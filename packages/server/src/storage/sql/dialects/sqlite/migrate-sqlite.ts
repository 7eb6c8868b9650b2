/**
 * Migrates a SQLite file at start. Invariants: each migration and its row in `schema_migrations` are one transaction
 * under the write lock, so that a migration runs once when several processes start in parallel; nothing runs on a file
 * that does not match the program.
 */
import { existsSync } from 'node:fs';
import type { Clock } from '../../../../lib/clock.ts';
import { type AppliedMigration, type Migration, MigrationError, pendingMigrations } from '../../migrations.ts';
import { connectSqlite, createSqliteFile, retryWhileBusy, type SqliteConnection } from './connect-sqlite.ts';

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`;

/**
 * Creates the file if it is absent and runs the pending migrations of `known`. Throws MigrationError, leaving the file
 * unchanged.
 */
export async function migrateSqlite(path: string, known: readonly Migration[], clock: Clock): Promise<void> {
  createSqliteFile(path);
  const connection = await connectSqlite(path, { readonly: false });
  try {
    // A migration may rebuild a table that others reference; the references are checked before its commit instead.
    connection.pragma('foreign_keys = OFF');
    // Without this check every start would wait for the write lock.
    if (pendingMigrations(appliedTo(connection, path), known, path).length === 0) return;
    while (await applyNext(connection, path, known, clock));
  } finally {
    connection.close();
  }
}

/** Returns the applied migrations in order. Read-only; empty for a missing file. */
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

/** Applies one migration under the lock. Returns whether there may be more. */
async function applyNext(
  connection: SqliteConnection,
  path: string,
  known: readonly Migration[],
  clock: Clock,
): Promise<boolean> {
  await retryWhileBusy(() => connection.exec('BEGIN IMMEDIATE'));
  try {
    // Read again, because another process may have migrated the file meanwhile.
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
