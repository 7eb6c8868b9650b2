/**
 * Door: files in vector stores. Invariant: the chunks of a file with their vectors and words are inserted by `complete`
 * and deleted with the file, each in one transaction, so that a search sees all of a file or nothing.
 */
import type { Listed, ListPage } from './page.ts';

export type AttributeValue = string | number | boolean;

export type VectorStoreFileStatus = 'in_progress' | 'completed' | 'cancelled' | 'failed';

export interface FileCounts {
  inProgress: number;
  completed: number;
  failed: number;
  cancelled: number;
  total: number;
}

export interface FileError {
  /** In wire format. */
  code: 'server_error' | 'unsupported_file' | 'invalid_file';
  message: string;
}

export interface VectorStoreFileRecord {
  storeId: string;
  /** Id of the file. */
  id: string;
  projectId: string;
  batchId: string | null;
  /** The job that creates its chunks. */
  jobId: string;
  status: VectorStoreFileStatus;
  error: FileError | null;
  /** Parts that could not be read, as one sentence each. */
  warnings: readonly string[];
  chunkTokens: number;
  overlapTokens: number;
  attributes: Record<string, AttributeValue>;
  usageBytes: number;
  createdAt: number;
}

export type NewVectorStoreFile = Omit<
  VectorStoreFileRecord,
  'projectId' | 'status' | 'error' | 'warnings' | 'usageBytes'
>;

export interface StoredChunk {
  text: string;
  page: number | null;
  /** Offset in the text of the file, in UTF-16 units. */
  start: number;
  end: number;
}

export interface NewChunk extends StoredChunk {
  /** Vectors of length 1: one, or several when the chunk exceeds the input limit of the model. */
  vectors: readonly Float32Array[];
  /** Word frequencies. */
  terms: ReadonlyMap<string, number>;
}

export interface Completion {
  chunks: readonly NewChunk[];
  embeddingModel: string;
  /** Default: none. */
  warnings?: readonly string[];
}

/** Maximum number of vectors per file. */
export const MAX_FILE_VECTORS = 2 ** 20;

export interface StoreFileRef {
  storeId: string;
  id: string;
}

export interface VectorStoreFilePage extends ListPage {
  storeId: string;
  batchId?: string | undefined;
  status?: VectorStoreFileStatus | undefined;
}

export interface VectorStoreFileRepository {
  /** Replaces a file that is already in the store. Returns the id of its previous job, which the caller cancels. */
  create(record: NewVectorStoreFile): Promise<string | undefined>;
  retrieve(ref: StoreFileRef): Promise<VectorStoreFileRecord | undefined>;
  list(page: VectorStoreFilePage): Promise<Listed<VectorStoreFileRecord>>;
  /** False when there is no such file. */
  updateAttributes(ref: StoreFileRef, attributes: Record<string, AttributeValue>): Promise<boolean>;
  /**
   * Completes the file with its chunks. Returns false, without a write, unless the file is in progress and `jobId` is
   * its job. Throws ModelChanged when the store has vectors of another model.
   */
  complete(ref: StoreFileRef, jobId: string, completion: Completion): Promise<boolean>;
  /** Fails the file under the same conditions. */
  fail(ref: StoreFileRef, jobId: string, error: FileError): Promise<boolean>;
  /** All chunks in order. */
  listChunks(ref: StoreFileRef): Promise<StoredChunk[]>;
  /** Returns the id of its job, which the caller cancels. Undefined when there is no such file. */
  delete(ref: StoreFileRef): Promise<string | undefined>;
  /** Ids of the stores that contain the file. */
  listStores(fileId: string): Promise<string[]>;
}

/** The store has vectors of another embedding model, and vectors of two models cannot be compared. */
export class ModelChanged extends Error {
  override readonly name = 'ModelChanged';
}
