/**
 * Door: files in vector stores. Invariant: a file's chunks, their vectors and their words come with `complete` and go with the file, each in
 * one transaction, so that a search sees all of a file or nothing.
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

export interface FileFault {
  /** As the API names them. */
  code: 'server_error' | 'unsupported_file' | 'invalid_file';
  message: string;
}

export interface VectorStoreFileRecord {
  storeId: string;
  /** The file's own. */
  id: string;
  projectId: string;
  batchId: string | null;
  /** The job that makes its chunks. */
  jobId: string;
  status: VectorStoreFileStatus;
  fault: FileFault | null;
  /** What could not be read although the rest was, a sentence each. */
  warnings: readonly string[];
  chunkTokens: number;
  overlapTokens: number;
  attributes: Record<string, AttributeValue>;
  usageBytes: number;
  createdAt: number;
}

export type NewVectorStoreFile = Omit<
  VectorStoreFileRecord,
  'projectId' | 'status' | 'fault' | 'warnings' | 'usageBytes'
>;

export interface StoredChunk {
  text: string;
  page: number | null;
  /** Place in the text of the file, in UTF-16 units. */
  start: number;
  end: number;
}

export interface NewChunk extends StoredChunk {
  /** One, or several where the chunk is longer than what the model reads at once. Of length 1. */
  vectors: readonly Float32Array[];
  /** How often each word stands in it. */
  terms: ReadonlyMap<string, number>;
}

export interface Completion {
  chunks: readonly NewChunk[];
  embeddingModel: string;
  /** Default: none. */
  warnings?: readonly string[];
}

/** Most vectors of one file. */
export const MAX_FILE_VECTORS = 2 ** 20;

export interface FilePlace {
  storeId: string;
  id: string;
}

export interface VectorStoreFilePage extends ListPage {
  storeId: string;
  batchId?: string | undefined;
  status?: VectorStoreFileStatus | undefined;
}

export interface VectorStoreFileRepository {
  /** A file that is in the store already begins anew. Answers the job that worked for it before, for the caller to cancel. */
  create(record: NewVectorStoreFile): Promise<string | undefined>;
  retrieve(place: FilePlace): Promise<VectorStoreFileRecord | undefined>;
  list(page: VectorStoreFilePage): Promise<Listed<VectorStoreFileRecord>>;
  /** False when there is no such file. */
  updateAttributes(place: FilePlace, attributes: Record<string, AttributeValue>): Promise<boolean>;
  /**
   * Ends its processing with chunks. Does nothing, and answers false, unless the file is in progress and `jobId` is its job's.
   * Throws ModelChanged when the store has vectors of another model.
   */
  complete(place: FilePlace, jobId: string, completion: Completion): Promise<boolean>;
  /** Ends its processing without; the same conditions. */
  fail(place: FilePlace, jobId: string, fault: FileFault): Promise<boolean>;
  /** All of it in order. */
  listChunks(place: FilePlace): Promise<StoredChunk[]>;
  /** The id of the job that worked for it, for the caller to cancel; undefined when there is no such file. */
  delete(place: FilePlace): Promise<string | undefined>;
  /** The stores that hold the file. */
  listStores(fileId: string): Promise<string[]>;
}

/** Vectors of two models do not compare. */
export class ModelChanged extends Error {
  override readonly name = 'ModelChanged';
}
