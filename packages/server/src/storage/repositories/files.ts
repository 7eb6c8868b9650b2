/** Door: files and the blobs that hold their bytes. Invariant: a file and its blobs appear and go in one transaction. */
import type { StoredBytes } from '../../lib/received-file.ts';
import type { Listed, ListPage } from './page.ts';

export interface FileRecord {
  /** `file-…` */
  id: string;
  projectId: string;
  filename: string;
  /** One of the API's purposes. */
  purpose: string;
  /** Media type that the uploader gave. */
  contentType: string;
  bytes: number;
  createdAt: number;
  /** From this time on the file is as good as deleted. */
  expiresAt: number | null;
}

/** Bytes in blob storage that belong to a record. */
export type BlobRecord = StoredBytes;

export interface FilePage extends ListPage {
  purpose?: string | undefined;
}

/** Reads give nothing that has expired by `now`. */
export interface FileRepository {
  /** `blobs` hold the bytes, in order. Throws ConstraintViolation when the id or a blob's key exists. */
  create(record: Omit<FileRecord, 'projectId'>, blobs: readonly BlobRecord[]): Promise<void>;
  retrieve(id: string): Promise<FileRecord | undefined>;
  list(page: FilePage): Promise<Listed<FileRecord>>;
  /** The blobs of a file, in order; none when there is no such file. */
  listBlobs(id: string): Promise<BlobRecord[]>;
  /** The blobs that nobody owns any more, for the caller to delete; undefined when there is no such file. */
  delete(id: string): Promise<BlobRecord[] | undefined>;
  /** Bytes of all blobs of the project. */
  totalBytes(): Promise<number>;
}

/** Of all projects, for housekeeping. */
export interface SystemFileRepository {
  /** Files that have expired by now, the longest expired first. */
  listExpired(limit: number): Promise<Pick<FileRecord, 'id' | 'projectId'>[]>;
  /** Those of `keys` that a record owns. */
  ownedBlobs(keys: readonly string[]): Promise<Set<string>>;
}
