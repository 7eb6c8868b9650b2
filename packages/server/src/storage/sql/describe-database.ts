/** Human-readable description of the database for `selfsame doctor`. */
import { sql } from 'kysely';
import type { SqlDatabase } from './sql-database.ts';

/** E.g. `SQLite 3.50.4, schema 0003-jobs, vectors compared by sqlite-vec`. Rejects with the database's error. */
export async function describeDatabase({ facts, reader }: SqlDatabase): Promise<string> {
  const version =
    facts.name === 'sqlite' ? sql<string>`sqlite_version()` : sql<string>`current_setting('server_version')`;
  const { rows } = await sql<{ product: string; applied: string }>`
    select ${version} as product, name as applied from schema_migrations order by version desc limit 1
  `.execute(reader);
  const [row] = rows;
  const product = `${facts.name === 'sqlite' ? 'SQLite' : 'PostgreSQL'} ${row?.product ?? '?'}`;
  return `${product}, schema ${row?.applied ?? 'none'}, vectors compared by ${facts.comparing}`;
}
