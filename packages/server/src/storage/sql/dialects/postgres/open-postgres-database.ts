/**
 * PostgreSQL behind `SqlDatabase`: a pool for reads and transactions (READ COMMITTED), and a connection that listens
 * for signals. Invariant: a transaction that PostgreSQL aborted for a deadlock runs again, so `work` must have no
 * effect outside the database.
 */
import { type Driver, Kysely, PostgresDialect, type PostgresDialectConfig, sql } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { DialectFacts, Signal, SqlDatabase, Writer } from '../../sql-database.ts';
import { createTransactions } from '../../transactions.ts';
import { translatingDriver } from '../../translating-driver.ts';
import { createPool, withoutCredentials } from './connect-postgres.ts';
import { CHANNEL, listenPostgres } from './listen-postgres.ts';
import { preparePgvector } from './pgvector.ts';
import { translatePostgresError } from './translate-postgres-error.ts';

const FACTS: DialectFacts = {
  name: 'postgres',
  supportsSkipLocked: true,
  comparing: 'this process',
  nowMs: sql<number>`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`,
  jsonRows: (json) => sql`json_array_elements(${json}::json) as rows(value)`,
  inList: (numbers) => sql`(select unnest(${`{${numbers.join()}}`}::bigint[]))`,
  fromHex: (text) => sql`decode(${text}, 'hex')`,
};

const MAX_TRIES = 5;
/** SQLSTATE of a serialization failure and of a deadlock. */
const RETRYABLE: ReadonlySet<unknown> = new Set(['40001', '40P01']);

class TranslatingPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return translatingDriver(new PostgresDialect(this.#config).createDriver(), translatePostgresError);
  }
}

async function announce(writer: Writer, topics: ReadonlySet<string>): Promise<void> {
  for (const topic of topics) await sql`select pg_notify(${CHANNEL}, ${topic})`.execute(writer);
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (tries === MAX_TRIES || !RETRYABLE.has(code)) throw error;
    }
  }
}

function factsOf(pgvector: Awaited<ReturnType<typeof preparePgvector>>): DialectFacts {
  if ('missing' in pgvector) return { ...FACTS, comparing: `this process (no pgvector: ${pgvector.missing})` };
  return { ...FACTS, vectors: pgvector.vectors, comparing: `pgvector ${pgvector.version}` };
}

/** Opens a migrated database. Connections are created on demand, and again after they break. */
export async function openPostgresDatabase(url: string): Promise<SqlDatabase> {
  const facts = factsOf(await preparePgvector(url));
  const pool = createPool(url);
  const db = new Kysely<Schema>({ dialect: new TranslatingPostgresDialect({ pool }) });
  const changes = listenPostgres(url);
  const transactions = createTransactions({
    location: withoutCredentials(url),
    execute: (work) => db.transaction().execute(work),
    announce,
    emit: changes.emit,
  });
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    await transactions.finish();
    await changes.stop();
    await db.destroy();
  }

  return {
    facts,
    reader: db,
    write: <T>(work: (writer: Writer, signal: Signal) => Promise<T>) => retried(() => transactions.write(work)),
    async lock(writer, name) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(writer);
    },
    signals: changes,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
