/** For tests: a real, separate PostgreSQL database, which is removed afterwards. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Clock } from '../../../lib/clock.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { Repositories } from '../../repositories/repositories.ts';
import { openPostgresStorage } from '../open-postgres-storage.ts';
import { postgresSocketFolder } from './postgres-server.ts';

export interface PostgresFixture {
  url: string;
  repositories: Repositories;
  openAgain(): Promise<Repositories>;
  dispose(): Promise<void>;
}

/** Runs SQL on the database behind `url` over a separate connection. Returns the rows of the last statement. */
export async function runOnPostgres(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results = (await client.query(statement)) as pg.QueryResult | pg.QueryResult[];
    return (Array.isArray(results) ? results.at(-1)?.rows : results.rows) ?? [];
  } finally {
    await client.end();
  }
}

/** Creates an empty schema, which serves as a database and is created twenty times as fast. */
export async function createPostgresDatabase(bin = ''): Promise<{ url: string; drop(): Promise<void> }> {
  const server = `postgres:///postgres?user=postgres&host=${encodeURIComponent(await postgresSocketFolder(bin))}`;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOnPostgres(server, `create schema ${name}`);
  return {
    url: `${server}&options=${encodeURIComponent(`-c search_path=${name}`)}`,
    async drop() {
      await runOnPostgres(server, `set client_min_messages = warning; drop schema ${name} cascade`);
    },
  };
}

export async function openPostgresFixture(clock: Clock, ids: IdSource, bin = ''): Promise<PostgresFixture> {
  const { url, drop } = await createPostgresDatabase(bin);
  const opened: Repositories[] = [];
  async function openAgain(): Promise<Repositories> {
    const repositories = await openPostgresStorage({ url, clock, ids });
    opened.push(repositories);
    return repositories;
  }
  return {
    url,
    repositories: await openAgain(),
    openAgain,
    async dispose() {
      for (const repositories of opened) await repositories.close();
      await drop();
    },
  };
}
