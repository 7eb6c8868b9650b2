/**
 * Door: files and the blobs of their bytes. Invariant: a file and its blobs are created and deleted in one transaction.
 */
import type { StoredBytes } from '../../lib/received-file.ts';
import type { Listed, ListPage } from './page.ts';

export interface FileRecord {
  /** `file-…` */
  id: string;
  projectId: string;
  filename: string;
  /** A purpose of the API. */
  purpose: string;
  /** Media type of the upload. */
  contentType: string;
  bytes: number;
  createdAt: number;
  /** The file is hidden from this time on. */
  expiresAt: number | null;
}

/** Bytes in blob storage that belong to a record. */
export type BlobRecord = StoredBytes;

export interface FilePage extends ListPage {
  purpose?: string | undefined;
}

/** Reads skip expired files. */
export interface FileRepository {
  /** `blobs` are the parts of the file in order. Throws ConstraintViolation when the id or the key of a blob exists. */
  create(record: Omit<FileRecord, 'projectId'>, blobs: readonly BlobRecord[]): Promise<void>;
  retrieve(id: string): Promise<FileRecord | undefined>;
  list(page: FilePage): Promise<Listed<FileRecord>>;
  /** The blobs of a file in order; empty when there is no such file. */
  listBlobs(id: string): Promise<BlobRecord[]>;
  /** Returns the freed blobs, which the caller deletes. Undefined when there is no such file. */
  delete(id: string): Promise<BlobRecord[] | undefined>;
  /** Total size of all blobs of the project. */
  totalBytes(): Promise<number>;
}

/** All projects, for housekeeping. */
export interface SystemFileRepository {
  /** Expired files, the oldest expiry first. */
  listExpired(limit: number): Promise<Pick<FileRecord, 'id' | 'projectId'>[]>;
  /** The keys among `keys` that a record owns. */
  ownedBlobs(keys: readonly string[]): Promise<Set<string>>;
}
