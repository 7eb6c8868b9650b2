/**
 * Chunks, their vectors and the postings of their words in SQL. Invariant: the chunk and vector keys of a file lie
 * between its key * 2^20 and the key of the next file * 2^20, so the chunks of a file are one range in every table.
 */
import type { StoredChunk } from '../../repositories/vector-store-files.ts';
import type { FoundChunk } from '../../repositories/vector-stores.ts';
import { inParts } from '../in-parts.ts';
import type { DialectFacts, Reader, Writer } from '../sql-database.ts';
import {
  deletePostings,
  deleteStorePostings,
  type FileOwner,
  insertPostings,
  type NewChunks,
} from './text-postings.ts';

/** Number of keys reserved per file. */
export const FILE_KEYS = 2 ** 20;

export const firstKey = (fileKey: number) => fileKey * FILE_KEYS;

const toBytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

export async function insertChunks(writer: Writer, facts: DialectFacts, owner: NewChunks): Promise<void> {
  const { fileKey, chunks } = owner;
  const first = firstKey(fileKey);
  const rows = chunks.map(({ text, page, start, end, terms }, index) => {
    const position = { page, start_offset: start, end_offset: end };
    return { key: first + index, text, ...position, terms: [...terms.keys()].join(' ') };
  });
  await inParts(rows, (part) => writer.insertInto('text_chunks').values(part).execute());
  const vectors = chunks
    .flatMap(({ vectors: own }, index) => own.map((vector) => ({ chunkKey: first + index, vector })))
    .map((row, index) => ({ ...row, key: first + index }));
  await inParts(vectors, async (part) => {
    const values = part.map(({ key, chunkKey, vector }) => ({ key, chunk_key: chunkKey, embedding: toBytes(vector) }));
    await writer.insertInto('text_chunk_vectors').values(values).execute();
    await facts.vectors?.insert?.(writer, part);
  });
  await insertPostings(writer, facts, owner);
}

/** Chunks store their words, so that postings need no second index. */
export async function deleteChunks(writer: Writer, owner: FileOwner): Promise<void> {
  const chunks = await writer
    .selectFrom('text_chunks')
    .select('terms')
    .where('key', '>=', firstKey(owner.fileKey))
    .where('key', '<', firstKey(owner.fileKey + 1))
    .execute();
  const terms = new Set(chunks.flatMap((chunk) => chunk.terms.split(' ')));
  await deletePostings(writer, owner, [...terms]);
  await deleteRanges(writer, owner.fileKey);
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
  await deleteStorePostings(writer, storeKey);
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
  const fileKeys = fileKeysOf(keys);
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

/** The keys of the files that own the chunks, each once. */
export function fileKeysOf(chunkKeys: readonly number[]): number[] {
  return [...new Set(chunkKeys.map((key) => Math.floor(key / FILE_KEYS)))];
}
