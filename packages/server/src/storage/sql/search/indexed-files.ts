/** Reads of the tables that the approximate index of a store is built from. */
import { sql } from 'kysely';
import type { Reader, SqlDatabase } from '../sql-database.ts';
import { toVector } from './exact-nearest.ts';
import { firstKey } from './text-chunks.ts';

const FILES_AT_ONCE = 100;
const VECTORS_AT_ONCE = 512;

export interface IndexedFile {
  key: number;
  /** The version of the store in which the file was added. */
  version: number;
  /** Number of vectors. */
  vectors: number;
}

/** The next files added after a version, in order. */
export function listLater(reader: Reader, storeId: string, after: number): Promise<IndexedFile[]> {
  return reader
    .selectFrom('vector_store_files')
    .select(['key', 'version', 'vector_count as vectors'])
    .where('store_id', '=', storeId)
    .where('version', '>', after)
    .orderBy('version')
    .limit(FILES_AT_ONCE)
    .execute();
}

/** The ids among `ids` that exist. */
export async function listPresent(reader: Reader, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await reader.selectFrom('vector_stores').select('id').where('id', 'in', ids).execute();
  return rows.map(({ id }) => id);
}

/** The files that were removed from the store or added again, and the version of the store at that moment. */
export async function listGone(reader: Reader, storeId: string, files: ReadonlyMap<number, { version: number }>) {
  const store = await reader.selectFrom('vector_stores').select('version').where('id', '=', storeId).executeTakeFirst();
  const rows = await reader
    .selectFrom('vector_store_files')
    .select(['key', 'version'])
    .where('store_id', '=', storeId)
    .where('version', '>', 0)
    .execute();
  const present = new Map(rows.map(({ key, version }) => [key, version]));
  const gone = [...files].filter(([key, { version }]) => present.get(key) !== version).map(([key]) => key);
  return { version: store?.version ?? 0, gone };
}

export interface VectorPart {
  keys: number[];
  /** Concatenated. */
  vectors: Float32Array;
  dimensions: number;
}

/** Throws if the vectors of the file differ in length. */
export async function* readVectors({ reader, longRead }: SqlDatabase, fileKey: number): AsyncGenerator<VectorPart> {
  for (let from = firstKey(fileKey); ; ) {
    const query = sql<{ key: number; embedding: Uint8Array }>`select key, embedding from text_chunk_vectors
      where key >= ${from} and key < ${firstKey(fileKey + 1)} order by key limit ${VECTORS_AT_ONCE}`.compile(reader);
    const rows = await (longRead?.<{ key: number; embedding: Uint8Array }>(query) ??
      reader.executeQuery(query).then((result) => result.rows));
    const [first] = rows;
    if (first === undefined) return;
    const dimensions = first.embedding.byteLength / Float32Array.BYTES_PER_ELEMENT;
    const vectors = new Float32Array(rows.length * dimensions);
    for (const [i, { embedding }] of rows.entries()) vectors.set(toVector(embedding), i * dimensions);
    yield { keys: rows.map(({ key }) => key), vectors, dimensions };
    if (rows.length < VECTORS_AT_ONCE) return;
    from = (rows.at(-1)?.key ?? from) + 1;
  }
}
