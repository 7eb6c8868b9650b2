/**
 * Migrates a PostgreSQL database at start. Invariants: each migration and its row in `schema_migrations` are one
 * transaction; an advisory lock admits one process at a time; nothing runs on a database that does not match the
 * program.
 */
import type { Client } from 'pg';
import type { Clock } from '../../../../lib/clock.ts';
import { type AppliedMigration, type Migration, MigrationError, pendingMigrations } from '../../migrations.ts';
import { createClient, withoutCredentials } from './connect-postgres.ts';
import { translatePostgresError } from './translate-postgres-error.ts';

/** Id of the advisory lock, the same in every release: "selfsame" in ASCII. */
const LOCK = '0x73656c6673616d65';

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)`;

/** Returns the applied migrations in order. Read-only. Throws MigrationError for a database of another program. */
export async function appliedToPostgres(url: string): Promise<AppliedMigration[]> {
  return connected(url, (client) => applied(client, withoutCredentials(url)));
}

/** Runs the pending migrations of `known`. Throws MigrationError; the failed migration is rolled back. */
export async function migratePostgres(url: string, known: readonly Migration[], clock: Clock): Promise<void> {
  const location = withoutCredentials(url);
  await connected(url, async (client) => {
    // Without this check every start would wait for the lock.
    if (pendingMigrations(await applied(client, location), known, location).length === 0) return;
    // A session lock, released with the connection.
    await client.query(`SELECT pg_advisory_lock(${BigInt(LOCK)})`);
    for (const migration of pendingMigrations(await applied(client, location), known, location)) {
      await apply(client, migration, clock.now());
    }
  });
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(url);
  // A broken connection rejects the running query. Without a listener its error event would also end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw translatePostgresError(error);
  } finally {
    await client.end();
  }
}

async function applied(client: Client, location: string): Promise<AppliedMigration[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
  );
  if (rows.some(({ name }) => name === 'schema_migrations')) {
    const all = 'SELECT version, name, checksum FROM schema_migrations ORDER BY version';
    return (await client.query<AppliedMigration>(all)).rows;
  }
  if (rows.length === 0) return [];
  throw new MigrationError(`The database ${location} has tables of another program. Choose another database.`);
}

async function apply(client: Client, migration: Migration, appliedAt: number): Promise<void> {
  const { version, name, checksum, sql } = migration;
  await client.query('BEGIN');
  try {
    await client.query(CREATE_TABLE);
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)', [
      version,
      name,
      checksum,
      appliedAt,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`Migration ${name} failed: ${(error as Error).message}.`, { cause: error });
  }
}
