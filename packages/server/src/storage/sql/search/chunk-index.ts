/**
 * Search over the chunks of vector stores: `put` and `drop` update the index in the transaction of the records;
 * `nearest` and `search` find chunks by vector and by BM25. The tables are authoritative. An approximate index and a
 * reader thread only shorten long searches.
 */
import type { Clock } from '../../../lib/clock.ts';
import type { ChunkScore, FoundChunk, NearestQuery, WordsQuery } from '../../repositories/vector-stores.ts';
import type { SqlDatabase, Writer } from '../sql-database.ts';
import { type SearchInThread, searchWords } from './bm25.ts';
import { nearestChunks } from './nearest-chunks.ts';
import { deleteChunks, deleteStoreChunks, insertChunks, listFoundChunks } from './text-chunks.ts';
import type { FileOwner, NewChunks } from './text-postings.ts';
import { type AcceleratorOptions, createVectorAccelerator } from './vector-accelerator.ts';

/** Comparing fewer vectors one by one is faster than asking an approximate index. */
const DEFAULT_MIN_VECTORS = 4096;

/** Settings of the approximate index of large stores. */
export type Acceleration = Omit<AcceleratorOptions, 'clock' | 'minVectors'> &
  Partial<Pick<AcceleratorOptions, 'minVectors'>>;

export interface ChunkIndexOptions {
  clock: Clock;
  /** Without it, large stores are searched exactly, which takes longer. */
  acceleration?: Acceleration | undefined;
  searchInThread?: SearchInThread | undefined;
}

export interface ChunkIndex {
  /** Adds the chunks of a file, with their vectors and words. */
  put(writer: Writer, file: NewChunks): Promise<void>;
  drop(writer: Writer, file: FileOwner): Promise<void>;
  dropStore(writer: Writer, storeKey: number, fileKeys: readonly number[]): Promise<void>;
  /** See `VectorStoreRepository.nearest`. */
  nearest(projectId: string, query: NearestQuery): Promise<ChunkScore[]>;
  /** See `VectorStoreRepository.search`. */
  search(projectId: string, query: WordsQuery): Promise<ChunkScore[]>;
  listChunks(owner: { projectId: string; storeId: string }, keys: readonly number[]): Promise<FoundChunk[]>;
  /** Resolves when no store is being indexed in the background: for tests and measurements. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The index of a database. Without `options` it reads through `database.reader` alone, as a transaction must. */
export function createChunkIndex(database: SqlDatabase, options?: ChunkIndexOptions): ChunkIndex {
  const { clock, acceleration, searchInThread } = options ?? {};
  const accelerator =
    acceleration && clock
      ? createVectorAccelerator(database, { minVectors: DEFAULT_MIN_VECTORS, ...acceleration, clock })
      : undefined;
  return {
    put: (writer, file) => insertChunks(writer, database.facts, file),
    drop: deleteChunks,
    dropStore: deleteStoreChunks,
    nearest: (projectId, query) => nearestChunks(database, accelerator, { ...query, projectId }),
    search: (projectId, query) => searchWords({ ...database, searchInThread }, projectId, query),
    listChunks: (owner, keys) => listFoundChunks(database.reader, owner, keys),
    async settle() {
      await accelerator?.settle();
    },
    async close() {
      await accelerator?.close();
    },
  };
}
