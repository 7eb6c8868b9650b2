/**
 * The extension pgvector, where the server has it: vectors lie a second time in a table of its type, so that they are compared inside of the
 * database. Invariant: that table is made of `text_chunk_vectors` alone, goes with its rows and is completed at every start; so it is in no
 * migration and no backup, and a database may win or lose the extension between two starts.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Client } from 'pg';
import { toVector } from '../../search/exact-nearest.ts';
import type { VectorTable } from '../../sql-database.ts';
import { createClient } from './connect-postgres.ts';
import { translatePostgresError } from './translate-postgres-error.ts';

const TABLE = 'text_chunk_pgvectors';
/** Of this program alone: one process at a time prepares the table. "selfvect" in ASCII. */
const LOCK = '0x73656c6676656374';
const ROWS_AT_ONCE = 500;

export interface Pgvector {
  vectors: VectorTable;
  version: string;
}

/** Prepares the table. Answers why not where the database lacks the extension, or does not let this user make it. */
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
  return extension.rows[0] ?? { missing: 'it was not made' };
}

/** Vectors that were written while nobody knew of the extension. */
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

/** As the extension reads it. */
const toText = (vector: Float32Array) => `[${vector.join()}]`;

function vectorTable(schema: string): VectorTable {
  const type = `"${schema.replaceAll('"', '""')}".vector`;
  const operator = sql.raw(`OPERATOR("${schema.replaceAll('"', '""')}".<#>)`);
  return {
    name: TABLE,
    /** Vectors have length 1: their product is the cosine; the operator gives it with the other sign. */
    cosine: (column: RawBuilder<unknown>, vector: Float32Array) =>
      sql<number>`-(${column} ${operator} cast(${toText(vector)} as ${sql.raw(type)}))`,
    async insert(writer, rows) {
      const json = JSON.stringify(rows.map(({ key, chunkKey, vector }) => [key, chunkKey, toText(vector)]));
      await sql`${sql.raw(insertOf(type))} from json_array_elements(${json}::json) as rows(value)`.execute(writer);
    },
  };
}
