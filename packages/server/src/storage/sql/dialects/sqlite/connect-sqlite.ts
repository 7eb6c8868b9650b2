/**
 * One connection to a SQLite file, set up the one way that this program uses: WAL, `synchronous=FULL` (an acknowledged commit is on
 * the disk), foreign keys on. Invariant: a busy file is waited for without blocking the event loop for long.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile, { type Database } from 'better-sqlite3';
import { MigrationError } from '../../migrations.ts';

export type SqliteConnection = Database;

/** While opening, other processes may recover or checkpoint the file; nothing else runs yet, so blocking is fine. */
const OPEN_BUSY_TIMEOUT_MS = 5000;
/** SQLite waits synchronously: afterwards no call may hold the event loop longer than this for another process's lock. */
const BUSY_TIMEOUT_MS = 50;
const BUSY_PAUSE_MS = 5;
/** After this the write lock counts as stuck. */
const BUSY_LIMIT_MS = 10_000;

function codeOf(error: unknown): string {
  return error instanceof SqliteFile.SqliteError ? error.code : '';
}

/** Repeats `work` while another process holds the lock, for about 10 s; then throws SQLite's own error (`SQLITE_BUSY…`). */
export async function retryWhileBusy<T>(work: () => T, limitMs = BUSY_LIMIT_MS): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += BUSY_TIMEOUT_MS + BUSY_PAUSE_MS) {
    try {
      return work();
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY') || waitedMs >= limitMs) throw error;
    }
    await sleep(BUSY_PAUSE_MS);
  }
}

/** Makes the file and its folder, readable by their owner only: it holds the hashes of keys and, later, conversations. */
export function createSqliteFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

/** Opens an existing file. Throws MigrationError when it is not a SQLite database or cannot be kept in WAL mode. */
export async function connectSqlite(path: string, options: { readonly: boolean }): Promise<SqliteConnection> {
  const connection = new SqliteFile(path, {
    fileMustExist: true,
    readonly: options.readonly,
    timeout: OPEN_BUSY_TIMEOUT_MS,
  });
  try {
    if (!options.readonly) await ensureWal(connection, path);
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.pragma('trusted_schema = OFF');
    connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return connection;
  } catch (error) {
    connection.close();
    if (codeOf(error) !== 'SQLITE_NOTADB') throw error;
    throw new MigrationError(`The file ${path} is not a SQLite database.`, { cause: error });
  }
}

/** The switch to WAL answers SQLITE_BUSY at once, without waiting, when two processes open a new file together. */
async function ensureWal(connection: SqliteConnection, path: string): Promise<void> {
  const mode = await retryWhileBusy(() => connection.pragma('journal_mode = WAL', { simple: true }));
  if (mode === 'wal') return;
  throw new MigrationError(
    `The database ${path} cannot be kept in WAL mode (SQLite answered '${String(mode)}'): its file system lacks shared memory or locks. ` +
      'Put it on a local disk.',
  );
}
