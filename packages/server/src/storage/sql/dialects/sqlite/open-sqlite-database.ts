/**
 * SQLite behind `SqlDatabase`: one writer connection and one read-only connection. Invariants: every write transaction
 * is BEGIN IMMEDIATE, because a deferred one can fail with SQLITE_BUSY_SNAPSHOT, which a retry of the statement cannot
 * resolve; writes run in order, and waiting writes are committed together.
 */
import { type Driver, Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { SearchInThread } from '../../search/bm25.ts';
import type { SqlDatabase } from '../../sql-database.ts';
import { createTransactions } from '../../transactions.ts';
import { translatingDriver } from '../../translating-driver.ts';
import { connectSqlite, retryWhileBusy, type SqliteConnection } from './connect-sqlite.ts';
import { createGroupCommit } from './group-commit.ts';
import { createLongReads } from './long-reads.ts';
import { SQLITE_FACTS } from './sqlite-facts.ts';
import { loadVectorFunctions, SQLITE_VECTORS } from './sqlite-vectors.ts';
import { createStatementCache } from './statement-cache.ts';
import { translateSqliteError } from './translate-sqlite-error.ts';
import { watchSqlite } from './watch-sqlite.ts';

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super({ database: { close: () => connection.close(), prepare: createStatementCache(connection) } });
    this.#connection = connection;
  }

  override async beginTransaction(): Promise<void> {
    await retryWhileBusy(() => this.#connection.exec('begin immediate'));
  }

  /** SQLite rolls back on its own after a full disk or an I/O error. A second rollback would hide that error. */
  override async rollbackTransaction(): Promise<void> {
    if (this.#connection.inTransaction) this.#connection.exec('rollback');
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super({ database: connection });
    this.#connection = connection;
  }

  override createDriver(): Driver {
    return translatingDriver(new ImmediateSqliteDriver(this.#connection), translateSqliteError);
  }
}

export interface SqliteDatabase extends SqlDatabase {
  /** Runs long BM25 searches in the reader thread. */
  readonly searchInThread: SearchInThread;
}

/** Opens a migrated file. */
export async function openSqliteDatabase(path: string): Promise<SqliteDatabase> {
  const writing = await connectSqlite(path, { readonly: false });
  const reading = await connectSqlite(path, { readonly: true });
  const vectors = loadVectorFunctions(writing) && loadVectorFunctions(reading);
  const writer = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writing) });
  const reader = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(reading) });
  const changes = watchSqlite(writing);
  const longReads = createLongReads(path);
  const execute = createGroupCommit({ writer, inTransaction: () => writing.inTransaction });
  const transactions = createTransactions({ location: path, execute, emit: changes.emit });
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    await transactions.finish();
    changes.stop();
    await longReads.close();
    // The writer closes last, because only it can checkpoint and remove the WAL.
    await reader.destroy();
    reading.close();
    await writer.destroy();
    writing.close();
  }

  return {
    facts: vectors ? { ...SQLITE_FACTS, vectors: SQLITE_VECTORS, comparing: 'sqlite-vec' } : SQLITE_FACTS,
    reader,
    longRead: longReads.read,
    searchInThread: longReads.search,
    write: transactions.write,
    lock: async () => {},
    signals: changes,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
