/** Door: vector stores and batches of their files. Invariant: deleting a store deletes everything in it. */
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
  /** Id of the embedding model of all its vectors; null before the first vector. */
  embeddingModel: string | null;
  expiresAfterDays: number | null;
  /** The store is expired from this time on. */
  expiresAt: number | null;
  lastActiveAt: number;
  createdAt: number;
}

/** A store with the totals of its files. */
export interface VectorStoreWithTotals extends VectorStoreRecord {
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

export interface FileBatchWithTotals extends FileBatchRecord {
  fileCounts: FileCounts;
}

export interface NearestQuery {
  storeId: string;
  /** A vector of length 1. */
  vector: Float32Array;
  filter?: AttributeFilter | undefined;
  /** Restricts the query to these few chunks. */
  chunks?: readonly number[] | undefined;
  limit: number;
}

export interface WordsQuery {
  storeId: string;
  /** Distinct terms. */
  terms: readonly string[];
  filter?: AttributeFilter | undefined;
  /** Restricts the query to these few chunks. */
  chunks?: readonly number[] | undefined;
  limit: number;
}

export interface ChunkScore {
  chunkKey: number;
  score: number;
}

/** A chunk with its file. */
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

/**
 * A condition on file attributes. A file without the attribute matches `ne` and `nin` only; texts are compared byte by
 * byte.
 */
export type AttributeFilter = Comparison | { type: 'and' | 'or'; filters: readonly AttributeFilter[] };

export interface VectorStoreRepository {
  create(record: Omit<VectorStoreRecord, 'projectId' | 'embeddingModel'>): Promise<void>;
  retrieve(id: string): Promise<VectorStoreWithTotals | undefined>;
  list(page: ListPage): Promise<Listed<VectorStoreWithTotals>>;
  /** False when there is no such store. */
  update(id: string, change: VectorStoreChange): Promise<boolean>;
  /** Returns the ids of its running jobs, which the caller cancels. Undefined when there is no such store. */
  delete(id: string): Promise<string[] | undefined>;
  createBatch(record: Omit<FileBatchRecord, 'projectId' | 'cancelledAt'>): Promise<void>;
  retrieveBatch(storeId: string, id: string): Promise<FileBatchWithTotals | undefined>;
  /**
   * Also cancels its files in progress. Returns the ids of their jobs, which the caller cancels. Undefined when there
   * is no such batch.
   */
  cancelBatch(storeId: string, id: string, cancelledAt: number): Promise<string[] | undefined>;
  /** The chunks with the nearest vectors by cosine (-1 to 1), the nearest first; each chunk once. */
  nearest(query: NearestQuery): Promise<ChunkScore[]>;
  /** The chunks with the highest BM25 score, as a share of the highest possible score (0 to 1), the best first. */
  search(query: WordsQuery): Promise<ChunkScore[]>;
  /** The existing chunks among these keys, in any order. */
  listChunks(storeId: string, keys: readonly number[]): Promise<FoundChunk[]>;
}

/** All projects, for housekeeping. */
export interface SystemVectorStoreRepository {
  /** Expired stores that still have files. */
  listExpired(limit: number): Promise<Pick<VectorStoreRecord, 'id' | 'projectId'>[]>;
}
