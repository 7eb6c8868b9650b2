/**
 * The nearest vectors of a store, found by looking at each one that the filter lets through: exact, and of the same moment as the records.
 * Where the database computes the cosine (`facts.cosine`) only the nearest leave it; else the vectors come here in parts.
 */
import { type CompiledQuery, sql } from 'kysely';
import type { ChunkScore, NearestQuery } from '../repositories/vector-stores.ts';
import { toCondition } from './attribute-filter.ts';
import type { Reader, SqlDatabase } from './sql-database.ts';
import { FILE_KEYS, LARGE_STORE } from './text-chunks.ts';

const ROWS_AT_ONCE = 2000;
/** A chunk may have several vectors, and counts once. */
const VECTORS_PER_CHUNK = 4;

type Scope = NearestQuery & { projectId: string };

/** The files first: each one's vectors are a range of keys. */
function vectorsOf({ projectId, storeId, filter }: Scope) {
  return sql`vector_store_files as f cross join text_chunk_vectors as v
    where f.store_id = ${storeId} and f.project_id = ${projectId} and f.status = 'completed'
      and v.key >= f.key * ${sql.lit(FILE_KEYS)} and v.key < (f.key + 1) * ${sql.lit(FILE_KEYS)}
      and ${filter === undefined ? sql`1 = 1` : toCondition(filter)}`;
}

export function nearestChunks(database: SqlDatabase, projectId: string, query: NearestQuery): Promise<ChunkScore[]> {
  const scope = { ...query, projectId };
  return database.facts.cosine === undefined ? scan(database, scope) : rank(database, scope);
}

async function isLarge({ reader }: SqlDatabase, { storeId }: Scope): Promise<boolean> {
  const row = await reader
    .selectFrom('vector_store_files')
    .select(({ fn }) => fn.sum<number | null>('chunk_count').as('chunks'))
    .where('store_id', '=', storeId)
    .where('status', '=', 'completed')
    .executeTakeFirst();
  return Number(row?.chunks ?? 0) >= LARGE_STORE;
}

async function rank(database: SqlDatabase, scope: Scope): Promise<ChunkScore[]> {
  const { reader, facts, longRead } = database;
  const { vector, limit } = scope;
  const apart = longRead !== undefined && (await isLarge(database, scope)) ? longRead : undefined;
  const score = facts.cosine?.(sql.ref('v.embedding'), vector);
  for (let rows = limit * VECTORS_PER_CHUNK; ; rows *= VECTORS_PER_CHUNK) {
    const query = sql<ChunkScore>`select v.chunk_key as "chunkKey", ${score} as score
      from ${vectorsOf(scope)} order by score desc, v.key limit ${rows}`.compile(reader);
    const found = await (apart === undefined ? read(reader, query) : apart<ChunkScore>(query));
    const chunks = once(found);
    if (chunks.length >= limit || found.length < rows) return chunks.slice(0, limit);
  }
}

const read = async (reader: Reader, query: CompiledQuery<ChunkScore>) => (await reader.executeQuery(query)).rows;

/** The rows come the best first. */
function once(rows: readonly ChunkScore[]): ChunkScore[] {
  const seen = new Set<number>();
  return rows.filter(({ chunkKey }) => !seen.has(chunkKey) && seen.add(chunkKey));
}

async function scan({ reader }: SqlDatabase, scope: Scope): Promise<ChunkScore[]> {
  const { vector, limit } = scope;
  let best: (ChunkScore & { key: number })[] = [];
  for (let after = 0; ; ) {
    const { rows } = await sql<{ key: number; chunkKey: number; embedding: Buffer }>`
      select v.key, v.chunk_key as "chunkKey", v.embedding from ${vectorsOf(scope)} and v.key > ${after}
      order by v.key limit ${ROWS_AT_ONCE}`.execute(reader);
    best.push(...rows.map(({ key, chunkKey, embedding }) => ({ key, chunkKey, score: dot(vector, embedding) })));
    const ordered = best.toSorted((a, b) => b.score - a.score || a.key - b.key);
    const chunks = once(ordered).slice(0, limit) as typeof best;
    best = chunks;
    if (rows.length < ROWS_AT_ONCE) return best.map(({ chunkKey, score }) => ({ chunkKey, score }));
    after = rows.at(-1)?.key ?? after;
  }
}

function dot(vector: Float32Array, bytes: Buffer): number {
  // Bytes that a driver gives may lie at any address; a copy lies at one that numbers can be read from.
  const other = new Float32Array(Uint8Array.from(bytes).buffer);
  let total = 0;
  for (let i = 0; i < vector.length; i += 1) total += (vector[i] ?? 0) * (other[i] ?? 0);
  return total;
}
