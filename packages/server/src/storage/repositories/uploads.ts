/**
 * Door: uploads in parts. Invariants: an upload leaves `pending` once and then accepts no part; blobs belong to the
 * parts until the file is created, and then to the file.
 */
import type { BlobRecord, FileRecord } from './files.ts';

export type UploadStatus = 'pending' | 'completed' | 'cancelled' | 'expired';

export interface UploadRecord {
  /** `upload_…` */
  id: string;
  projectId: string;
  filename: string;
  purpose: string;
  /** Announced media type. */
  contentType: string;
  /** Announced size. */
  bytes: number;
  /** Lifetime of the future file; null means the default of its purpose. */
  fileLifetimeSeconds: number | null;
  /** The stored status: an expired upload may be `pending` until it is swept. */
  status: UploadStatus;
  fileId: string | null;
  createdAt: number;
  expiresAt: number;
}

export interface UploadPartRecord {
  /** `part_…` */
  id: string;
  uploadId: string;
  createdAt: number;
  blob: BlobRecord;
}

export interface UploadRepository {
  create(record: Omit<UploadRecord, 'projectId' | 'status' | 'fileId'>): Promise<void>;
  retrieve(id: string): Promise<UploadRecord | undefined>;
  /** False, without a write, when the upload is not pending. */
  addPart(part: UploadPartRecord): Promise<boolean>;
  /** In any order. */
  listParts(id: string): Promise<UploadPartRecord[]>;
  /**
   * Creates `file` from the named parts, in that order. Returns the blobs of the other parts, which the caller deletes.
   * Undefined, without a write, when the upload is not pending.
   */
  complete(
    id: string,
    partIds: readonly string[],
    file: Omit<FileRecord, 'projectId'>,
  ): Promise<BlobRecord[] | undefined>;
  /** Returns the blobs of all parts, which the caller deletes. Undefined when the upload is not pending. */
  end(id: string, status: 'cancelled' | 'expired'): Promise<BlobRecord[] | undefined>;
}

/** All projects, for housekeeping. */
export interface SystemUploadRepository {
  /** Expired uploads that are still pending, the oldest expiry first. */
  listExpired(limit: number): Promise<Pick<UploadRecord, 'id' | 'projectId'>[]>;
}
