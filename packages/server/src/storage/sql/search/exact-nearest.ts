/**
 * Exact nearest vectors, consistent with the records. Where the database compares vectors (`facts.vectors`), it returns
 * the nearest only; otherwise the vectors are read in batches and compared here.
 */
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { ChunkScore, NearestQuery } from '../../repositories/vector-stores.ts';
import { toCondition } from '../attribute-filter.ts';
import type { Reader, SqlDatabase } from '../sql-database.ts';
import { FILE_KEYS, fileKeysOf } from './text-chunks.ts';

/** At least this many vectors are compared outside the event loop; fewer take a few milliseconds. */
const MIN_VECTORS_IN_THREAD = 4000;
const ROWS_AT_ONCE = 2000;
/** A chunk may have several vectors but is returned once. */
const VECTORS_PER_CHUNK = 4;

export interface ExactQuery extends NearestQuery {
  projectId: string;
  /** Only files that were added in a later version of the store. */
  after?: number | undefined;
  /** Only vectors with these keys. */
  keys?: readonly number[] | undefined;
}

function fitting({ projectId, storeId, filter }: ExactQuery): RawBuilder<unknown> {
  return sql`f.store_id = ${storeId} and f.project_id = ${projectId} and f.status = 'completed'
    and ${filter === undefined ? sql`1 = 1` : toCondition(filter)}`;
}

/** The join order matters: the vectors of a file are a range of keys. */
function vectorsOf({ facts }: SqlDatabase, query: ExactQuery): RawBuilder<unknown> {
  const { keys, after, chunks } = query;
  const table = sql.table(facts.vectors?.name ?? 'text_chunk_vectors');
  if (keys !== undefined) {
    return sql`${table} as v cross join vector_store_files as f
      where v.key in ${facts.inList(keys)} and f.key = v.key / ${sql.lit(FILE_KEYS)} and ${fitting(query)}`;
  }
  const known = chunks && sql`f.key in ${facts.inList(fileKeysOf(chunks))} and v.chunk_key in ${facts.inList(chunks)}`;
  return sql`vector_store_files as f cross join ${table} as v
    where ${fitting(query)} and ${after === undefined ? sql`1 = 1` : sql`f.version > ${after}`} and ${known ?? sql`1 = 1`}
      and v.key >= f.key * ${sql.lit(FILE_KEYS)} and v.key < (f.key + 1) * ${sql.lit(FILE_KEYS)}`;
}

/** The nearest chunks, each once, sorted by descending score. */
export async function exactNearest(database: SqlDatabase, query: ExactQuery): Promise<ChunkScore[]> {
  if (query.keys?.length === 0) return [];
  return database.facts.vectors === undefined ? scan(database, query) : rank(database, query);
}

async function isLarge({ reader }: SqlDatabase, { storeId, keys, chunks }: ExactQuery): Promise<boolean> {
  const few = keys ?? chunks;
  if (few !== undefined) return few.length >= MIN_VECTORS_IN_THREAD;
  const row = await reader
    .selectFrom('vector_stores')
    .select('vector_count')
    .where('id', '=', storeId)
    .executeTakeFirst();
  return (row?.vector_count ?? 0) >= MIN_VECTORS_IN_THREAD;
}

async function rank(database: SqlDatabase, scope: ExactQuery): Promise<ChunkScore[]> {
  const { reader, facts, longRead } = database;
  const { vector, limit } = scope;
  const inThread = longRead !== undefined && (await isLarge(database, scope)) ? longRead : undefined;
  const score = facts.vectors?.cosine(sql.ref('v.embedding'), vector);
  for (let rows = limit * VECTORS_PER_CHUNK; ; rows *= VECTORS_PER_CHUNK) {
    const query = sql<ChunkScore>`select v.chunk_key as "chunkKey", ${score} as score
      from ${vectorsOf(database, scope)} order by score desc, v.key limit ${rows}`.compile(reader);
    const found = await (inThread === undefined ? read(reader, query) : inThread<ChunkScore>(query));
    const chunks = eachOnce(found);
    if (chunks.length >= limit || found.length < rows) return chunks.slice(0, limit);
  }
}

const read = async (reader: Reader, query: CompiledQuery<ChunkScore>) => (await reader.executeQuery(query)).rows;

/** Keeps the first row of each chunk. */
export function eachOnce<Row extends ChunkScore>(rows: readonly Row[]): Row[] {
  const seen = new Set<number>();
  return rows.filter(({ chunkKey }) => !seen.has(chunkKey) && seen.add(chunkKey));
}

async function scan(database: SqlDatabase, scope: ExactQuery): Promise<ChunkScore[]> {
  const { vector, limit } = scope;
  let best: (ChunkScore & { key: number })[] = [];
  for (let after = 0; ; ) {
    const { rows } = await sql<{ key: number; chunkKey: number; embedding: Buffer }>`
      select v.key, v.chunk_key as "chunkKey", v.embedding from ${vectorsOf(database, scope)} and v.key > ${after}
      order by v.key limit ${ROWS_AT_ONCE}`.execute(database.reader);
    best.push(...rows.map(({ key, chunkKey, embedding }) => ({ key, chunkKey, score: dot(vector, embedding) })));
    best = eachOnce(best.toSorted((a, b) => b.score - a.score || a.key - b.key)).slice(0, limit);
    if (rows.length < ROWS_AT_ONCE) return best.map(({ chunkKey, score }) => ({ chunkKey, score }));
    after = rows.at(-1)?.key ?? after;
  }
}

function dot(vector: Float32Array, bytes: Buffer): number {
  const other = toVector(bytes);
  let total = 0;
  for (let i = 0; i < vector.length; i += 1) total += (vector[i] ?? 0) * (other[i] ?? 0);
  return total;
}

/** Copies the bytes, because a Float32Array needs an aligned address and drivers return any. */
export const toVector = (bytes: Uint8Array) => new Float32Array(Uint8Array.from(bytes).buffer);
