/**
 * Opens a SQLite connection with the settings of this program: WAL, `synchronous=FULL` (an acknowledged commit is on
 * the disk), foreign keys on. Invariant: waiting for a busy file blocks the event loop for at most BUSY_TIMEOUT_MS at a
 * time.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile, { type Database } from 'better-sqlite3';
import { MigrationError } from '../../migrations.ts';

export type SqliteConnection = Database;

/**
 * Applies while opening, when other processes may recover or checkpoint the file. Nothing else runs yet, so blocking is
 * acceptable.
 */
const OPEN_BUSY_TIMEOUT_MS = 5000;
/**
 * Applies after opening. SQLite waits synchronously, so this bounds how long a lock of another process blocks the event
 * loop.
 */
const BUSY_TIMEOUT_MS = 50;
const BUSY_PAUSE_MS = 5;
/** Maximum wait for the write lock. */
const MAX_BUSY_MS = 10_000;

function codeOf(error: unknown): string {
  return error instanceof SqliteFile.SqliteError ? error.code : '';
}

/**
 * Repeats `work` while another process holds the lock, for about 10 s, then throws the error of SQLite
 * (`SQLITE_BUSY…`).
 */
export async function retryWhileBusy<T>(work: () => T, limitMs = MAX_BUSY_MS): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += BUSY_TIMEOUT_MS + BUSY_PAUSE_MS) {
    try {
      return work();
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY') || waitedMs >= limitMs) throw error;
    }
    await sleep(BUSY_PAUSE_MS);
  }
}

/**
 * Creates the file and its folder, readable by their owner only, because it stores conversations and hashes of keys.
 */
export function createSqliteFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

/** Opens an existing file. Throws MigrationError when it is not a SQLite database or does not support WAL mode. */
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

/** The switch to WAL fails with SQLITE_BUSY without waiting when two processes open a new file in parallel. */
async function ensureWal(connection: SqliteConnection, path: string): Promise<void> {
  const mode = await retryWhileBusy(() => connection.pragma('journal_mode = WAL', { simple: true }));
  if (mode === 'wal') return;
  throw new MigrationError(
    `The database ${path} cannot be kept in WAL mode (SQLite answered '${String(mode)}'): its file system lacks shared memory or locks. ` +
      'Put it on a local disk.',
  );
}
