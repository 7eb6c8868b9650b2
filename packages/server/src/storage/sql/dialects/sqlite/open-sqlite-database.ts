/**
 * SQLite behind `SqlDatabase`: one writer connection, one read-only connection. Invariants: every write transaction is
 * BEGIN IMMEDIATE (a deferred one can fail half-way with SQLITE_BUSY_SNAPSHOT, which no waiting cures); writes queue in order.
 */
import { Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import { ConstraintViolation } from '../../../repositories/repositories.ts';
import type { Schema } from '../../schema.ts';
import type { SqlDatabase } from '../../sql-database.ts';
import { connectSqlite, isConstraintError, retryWhileBusy, type SqliteConnection } from './connect-sqlite.ts';

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super({ database: connection });
    this.#connection = connection;
  }

  override async beginTransaction(): Promise<void> {
    await retryWhileBusy(() => this.#connection.exec('begin immediate'));
  }

  /** SQLite has rolled back by itself after a full disk or an I/O error; a second rollback would hide that error. */
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

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#connection);
  }
}

/** Opens a migrated file. */
export async function openSqliteDatabase(path: string): Promise<SqlDatabase> {
  const writing = await connectSqlite(path, { readonly: false });
  const reading = await connectSqlite(path, { readonly: true });
  const writer = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writing) });
  const reader = new Kysely<Schema>({ dialect: new SqliteDialect({ database: reading }) });
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    // The one writer connection is handed out in order: to get it is to have waited for every write before.
    await writer.connection().execute(async () => {});
    // The writer goes last, because only it can move the WAL into the file and remove it.
    await reader.destroy();
    reading.close();
    await writer.destroy();
    writing.close();
  }

  return {
    reader,
    async write(work) {
      if (closed !== undefined) throw new Error(`The database ${path} is closed.`);
      try {
        return await writer.transaction().execute(work);
      } catch (error) {
        if (!isConstraintError(error)) throw error;
        throw new ConstraintViolation(`The database refused a record: ${(error as Error).message}.`, { cause: error });
      }
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
