/** Wraps a Kysely driver and passes every error of the database through `translate`. */
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely';

class TranslatingConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  readonly #translate: (error: unknown) => unknown;

  constructor(inner: DatabaseConnection, translate: (error: unknown) => unknown) {
    this.inner = inner;
    this.#translate = translate;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.inner.executeQuery<R>(query);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    try {
      yield* this.inner.streamQuery<R>(query, chunkSize);
    } catch (error) {
      throw this.#translate(error);
    }
  }
}

const innerOf = (connection: DatabaseConnection) =>
  connection instanceof TranslatingConnection ? connection.inner : connection;

export function translatingDriver(driver: Driver, translate: (error: unknown) => unknown): Driver {
  async function translated<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw translate(error);
    }
  }
  return {
    init: () => translated(driver.init()),
    acquireConnection: async () => new TranslatingConnection(await translated(driver.acquireConnection()), translate),
    beginTransaction: (connection, settings: TransactionSettings) =>
      translated(driver.beginTransaction(innerOf(connection), settings)),
    commitTransaction: (connection) => translated(driver.commitTransaction(innerOf(connection))),
    rollbackTransaction: (connection) => translated(driver.rollbackTransaction(innerOf(connection))),
    releaseConnection: (connection) => driver.releaseConnection(innerOf(connection)),
    destroy: () => driver.destroy(),
  };
}
