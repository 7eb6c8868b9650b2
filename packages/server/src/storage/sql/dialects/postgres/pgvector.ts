/**
 * The extension pgvector, if the server has it: a second table stores the vectors in its type, so that the database
 * compares them. Invariant: that table is derived from `text_chunk_vectors`, loses rows by cascade and is completed at
 * every start. It is therefore part of no migration and no backup, and the extension may appear or disappear between
 * two starts.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Client } from 'pg';
import { toVector } from '../../search/exact-nearest.ts';
import type { VectorTable } from '../../sql-database.ts';
import { createClient } from './connect-postgres.ts';
import { translatePostgresError } from './translate-postgres-error.ts';

const TABLE = 'text_chunk_pgvectors';
/** Id of the advisory lock under which one process at a time prepares the table: "selfvect" in ASCII. */
const LOCK = '0x73656c6676656374';
const ROWS_AT_ONCE = 500;

export interface Pgvector {
  vectors: VectorTable;
  version: string;
}

/** Prepares the table. Returns the reason if the server lacks the extension or does not let this user create it. */
export async function preparePgvector(url: string): Promise<Pgvector | { missing: string }> {
  const client = createClient(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SELECT pg_advisory_lock(${BigInt(LOCK)})`);
    const found = await findExtension(client);
    if ('missing' in found) return found;
    const type = `"${found.schema.replaceAll('"', '""')}".vector`;
    await client.query(`CREATE TABLE IF NOT EXISTS ${TABLE} (
      key BIGINT PRIMARY KEY REFERENCES text_chunk_vectors (key) ON DELETE CASCADE, chunk_key BIGINT NOT NULL, embedding ${type} NOT NULL)`);
    await complete(client, type);
    return { vectors: vectorTable(found.schema), version: found.version };
  } catch (error) {
    throw translatePostgresError(error);
  } finally {
    await client.end();
  }
}

async function findExtension(client: Client): Promise<{ schema: string; version: string } | { missing: string }> {
  const { rows } = await client.query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'");
  if (rows.length === 0) return { missing: 'the server does not have it' };
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS vector SCHEMA public');
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
  const extension = await client.query<{ schema: string; version: string }>(
    `SELECT nspname AS schema, extversion AS version FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'vector'`,
  );
  return extension.rows[0] ?? { missing: 'it was not created' };
}

/** Copies vectors that were written without the extension. */
async function complete(client: Client, type: string): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await client.query<{ key: number; chunk_key: number; embedding: Buffer }>(
      `SELECT key, chunk_key, embedding FROM text_chunk_vectors AS v
       WHERE key > $1 AND NOT EXISTS (SELECT 1 FROM ${TABLE} AS p WHERE p.key = v.key) ORDER BY key LIMIT ${ROWS_AT_ONCE}`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.key;
    const json = JSON.stringify(rows.map((row) => [row.key, row.chunk_key, toText(toVector(row.embedding))]));
    const from = 'FROM json_array_elements($1::json) AS rows(value) ON CONFLICT DO NOTHING';
    await client.query(`${insertOf(type)} ${from}`, [json]);
  }
}

const insertOf = (type: string) =>
  `INSERT INTO ${TABLE} (key, chunk_key, embedding) SELECT (value ->> 0)::bigint, (value ->> 1)::bigint, (value ->> 2)::${type}`;

/** The text format of the extension. */
const toText = (vector: Float32Array) => `[${vector.join()}]`;

function vectorTable(schema: string): VectorTable {
  const type = `"${schema.replaceAll('"', '""')}".vector`;
  const operator = sql.raw(`OPERATOR("${schema.replaceAll('"', '""')}".<#>)`);
  return {
    name: TABLE,
    /** For vectors of length 1 the inner product is the cosine. The operator returns it negated. */
    cosine: (column: RawBuilder<unknown>, vector: Float32Array) =>
      sql<number>`-(${column} ${operator} cast(${toText(vector)} as ${sql.raw(type)}))`,
    async insert(writer, rows) {
      const json = JSON.stringify(rows.map(({ key, chunkKey, vector }) => [key, chunkKey, toText(vector)]));
      await sql`${sql.raw(insertOf(type))} from json_array_elements(${json}::json) as rows(value)`.execute(writer);
    },
  };
}
