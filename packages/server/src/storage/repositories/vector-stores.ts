/** Door: vector stores and batches of their files. Invariant: a store goes together with everything that was made for it. */
import type { Listed, ListPage } from './page.ts';
import type { AttributeValue, FileCounts } from './vector-store-files.ts';

export interface VectorStoreRecord {
  /** `vs_…` */
  id: string;
  projectId: string;
  /** May be empty. */
  name: string;
  description: string | null;
  metadata: Record<string, string>;
  /** Id of the model that all of its vectors are of; null before the first. */
  embeddingModel: string | null;
  expiresAfterDays: number | null;
  /** From this time on the store is expired. */
  expiresAt: number | null;
  lastActiveAt: number;
  createdAt: number;
}

/** A store with what its files amount to. */
export interface VectorStoreView extends VectorStoreRecord {
  usageBytes: number;
  fileCounts: FileCounts;
}

export type VectorStoreChange = Partial<
  Pick<VectorStoreRecord, 'name' | 'metadata' | 'expiresAfterDays' | 'expiresAt' | 'lastActiveAt'>
>;

export interface FileBatchRecord {
  /** `vsfb_…` */
  id: string;
  projectId: string;
  storeId: string;
  cancelledAt: number | null;
  createdAt: number;
}

export interface FileBatchView extends FileBatchRecord {
  fileCounts: FileCounts;
}

export interface NearestQuery {
  storeId: string;
  /** Length 1. */
  vector: Float32Array;
  filter?: AttributeFilter | undefined;
  /** Of these chunks alone: for a few, whose scores are wanted. */
  chunks?: readonly number[] | undefined;
  limit: number;
}

export interface WordsQuery {
  storeId: string;
  /** Without repetition. */
  terms: readonly string[];
  filter?: AttributeFilter | undefined;
  /** Of these chunks alone: for a few, whose scores are wanted. */
  chunks?: readonly number[] | undefined;
  limit: number;
}

export interface ChunkScore {
  chunkKey: number;
  score: number;
}

/** A chunk with the file that it is of. */
export interface FoundChunk {
  chunkKey: number;
  text: string;
  fileId: string;
  filename: string;
  attributes: Record<string, AttributeValue>;
}

export type Comparison =
  | { type: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; key: string; value: AttributeValue }
  | { type: 'in' | 'nin'; key: string; values: readonly AttributeValue[] };

/** What is asked of a file's attributes. A file that lacks the attribute fits `ne` and `nin` alone; texts are compared byte by byte. */
export type AttributeFilter = Comparison | { type: 'and' | 'or'; filters: readonly AttributeFilter[] };

export interface VectorStoreRepository {
  create(record: Omit<VectorStoreRecord, 'projectId' | 'embeddingModel'>): Promise<void>;
  retrieve(id: string): Promise<VectorStoreView | undefined>;
  list(page: ListPage): Promise<Listed<VectorStoreView>>;
  /** False when there is no such store. */
  update(id: string, change: VectorStoreChange): Promise<boolean>;
  /** Ids of the jobs that were working for it, which the caller cancels; undefined when there is no such store. */
  delete(id: string): Promise<string[] | undefined>;
  createBatch(record: Omit<FileBatchRecord, 'projectId' | 'cancelledAt'>): Promise<void>;
  retrieveBatch(storeId: string, id: string): Promise<FileBatchView | undefined>;
  /** Its files in progress are cancelled too. Answers the ids of their jobs, which the caller cancels; undefined when there is no such batch. */
  cancelBatch(storeId: string, id: string, cancelledAt: number): Promise<string[] | undefined>;
  /** The chunks whose vectors are nearest, by cosine (-1 to 1), the nearest first; each chunk once. */
  nearest(query: NearestQuery): Promise<ChunkScore[]>;
  /** The chunks with the highest BM25 for the terms, as a part of the highest that a chunk could have (0 to 1), the best first. */
  search(query: WordsQuery): Promise<ChunkScore[]>;
  /** The chunks of these keys that are there, in any order. */
  listChunks(storeId: string, keys: readonly number[]): Promise<FoundChunk[]>;
}

/** Of all projects, for housekeeping. */
export interface SystemVectorStoreRepository {
  /** Expired stores that still hold files. */
  listExpired(limit: number): Promise<Pick<VectorStoreRecord, 'id' | 'projectId'>[]>;
}
