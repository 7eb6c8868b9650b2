/**
 * Door: files on their way, in parts. Invariants: an upload leaves `pending` once, and takes no part from then on; its parts' blobs are
 * owned by the parts, and by the file from the moment that it is made.
 */
import type { BlobRecord, FileRecord } from './files.ts';

export type UploadStatus = 'pending' | 'completed' | 'cancelled' | 'expired';

export interface UploadRecord {
  /** `upload_…` */
  id: string;
  projectId: string;
  filename: string;
  purpose: string;
  /** Media type that was announced. */
  contentType: string;
  /** Size that was announced. */
  bytes: number;
  /** Time that the file is going to have; null = as its purpose has it. */
  fileLifetimeSeconds: number | null;
  /** As it is stored: an upload that has expired may be `pending` until it is swept. */
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
  /** False when the upload is not pending, and then nothing is kept. */
  addPart(part: UploadPartRecord): Promise<boolean>;
  /** In no order. */
  listParts(id: string): Promise<UploadPartRecord[]>;
  /**
   * Makes `file` of the parts named, in their order. The blobs of the other parts are nobody's from then on: they are answered for the
   * caller to delete. Undefined when the upload is not pending, and then nothing is changed.
   */
  complete(
    id: string,
    partIds: readonly string[],
    file: Omit<FileRecord, 'projectId'>,
  ): Promise<BlobRecord[] | undefined>;
  /** The blobs of all parts, for the caller to delete; undefined when the upload is not pending. */
  end(id: string, status: 'cancelled' | 'expired'): Promise<BlobRecord[] | undefined>;
}

/** Of all projects, for housekeeping. */
export interface SystemUploadRepository {
  /** Pending uploads whose time is over, the longest expired first. */
  listExpired(limit: number): Promise<Pick<UploadRecord, 'id' | 'projectId'>[]>;
}
