/**
 * Chunks, their vectors and the postings of their words in SQL. Invariant: the keys of what a file has lie between its own key * 2^20 and
 * the next file's, so a file's chunks are one range of every table.
 */
import type { NewChunk, StoredChunk } from '../repositories/vector-store-files.ts';
import type { FoundChunk } from '../repositories/vector-stores.ts';
import type { Reader, Writer } from './sql-database.ts';

/** Keys of one file. */
export const FILE_KEYS = 2 ** 20;
/** Chunks from which on a store is searched beside the event loop: fewer take a few milliseconds. */
export const LARGE_STORE = 4000;
const ROWS_AT_ONCE = 200;

export interface ChunkOwner {
  storeKey: number;
  fileKey: number;
}

export const firstKey = (fileKey: number) => fileKey * FILE_KEYS;

const toBytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

async function inParts<T>(rows: readonly T[], work: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) await work(rows.slice(i, i + ROWS_AT_ONCE));
}

const sum = (terms: ReadonlyMap<string, number>) => terms.values().reduce((total, count) => total + count, 0);

export async function insertChunks(writer: Writer, { storeKey, fileKey }: ChunkOwner, chunks: readonly NewChunk[]) {
  let vectorKey = firstKey(fileKey);
  for (const [index, { text, page, start, end, vectors, terms }] of chunks.entries()) {
    const key = firstKey(fileKey) + index;
    const place = { page, start_offset: start, end_offset: end };
    await writer
      .insertInto('text_chunks')
      .values({ key, text, ...place, terms: [...terms.keys()].join(' ') })
      .execute();
    for (const vector of vectors) {
      const row = { key: vectorKey, chunk_key: key, embedding: toBytes(vector) };
      await writer.insertInto('text_chunk_vectors').values(row).execute();
      vectorKey += 1;
    }
    const owner = { store_key: storeKey, chunk_key: key, chunk_terms: sum(terms) };
    const postings = Array.from(terms, ([term, frequency]) => ({ ...owner, term, frequency }));
    await inParts(postings, (part) => writer.insertInto('text_chunk_postings').values(part).execute());
  }
}

/** A file's chunks name their words, so that no second index of the postings is needed. */
export async function deleteChunks(writer: Writer, { storeKey, fileKey }: ChunkOwner): Promise<void> {
  const [first, next] = [firstKey(fileKey), firstKey(fileKey + 1)];
  const chunks = await writer
    .selectFrom('text_chunks')
    .select('terms')
    .where('key', '>=', first)
    .where('key', '<', next)
    .execute();
  const terms = new Set(chunks.flatMap((chunk) => chunk.terms.split(' ')));
  await inParts([...terms], (part) =>
    writer
      .deleteFrom('text_chunk_postings')
      .where('store_key', '=', storeKey)
      .where('term', 'in', part)
      .where('chunk_key', '>=', first)
      .where('chunk_key', '<', next)
      .execute(),
  );
  await deleteRanges(writer, fileKey);
}

async function deleteRanges(writer: Writer, fileKey: number): Promise<void> {
  for (const table of ['text_chunks', 'text_chunk_vectors'] as const) {
    await writer
      .deleteFrom(table)
      .where('key', '>=', firstKey(fileKey))
      .where('key', '<', firstKey(fileKey + 1))
      .execute();
  }
  await writer.deleteFrom('vector_store_file_attributes').where('file_key', '=', fileKey).execute();
}

export async function deleteStoreChunks(writer: Writer, storeKey: number, fileKeys: readonly number[]): Promise<void> {
  await writer.deleteFrom('text_chunk_postings').where('store_key', '=', storeKey).execute();
  for (const fileKey of fileKeys) await deleteRanges(writer, fileKey);
}

export function listFileChunks(from: Reader, fileKey: number): Promise<StoredChunk[]> {
  return from
    .selectFrom('text_chunks')
    .select(['text', 'page', 'start_offset as start', 'end_offset as end'])
    .where('key', '>=', firstKey(fileKey))
    .where('key', '<', firstKey(fileKey + 1))
    .orderBy('key')
    .execute();
}

export async function listFoundChunks(
  from: Reader,
  { projectId, storeId }: { projectId: string; storeId: string },
  keys: readonly number[],
): Promise<FoundChunk[]> {
  if (keys.length === 0) return [];
  const fileKeys = [...new Set(keys.map((key) => Math.floor(key / FILE_KEYS)))];
  const files = await from
    .selectFrom('vector_store_files as f')
    .innerJoin('files', 'files.id', 'f.id')
    .select(['f.key', 'f.id', 'f.attributes', 'files.filename'])
    .where('f.key', 'in', fileKeys)
    .where('f.store_id', '=', storeId)
    .where('f.project_id', '=', projectId)
    .execute();
  const byKey = new Map(files.map((file) => [file.key, file]));
  const chunks = await from.selectFrom('text_chunks').select(['key', 'text']).where('key', 'in', keys).execute();
  return chunks.flatMap(({ key, text }) => {
    const file = byKey.get(Math.floor(key / FILE_KEYS));
    if (file === undefined) return [];
    const { id, filename, attributes } = file;
    return [{ chunkKey: key, text, fileId: id, filename, attributes: JSON.parse(attributes) }];
  });
}
