/** Tables of files, their blobs, and uploads. */

export interface FilesTable {
  id: string;
  project_id: string;
  filename: string;
  purpose: string;
  content_type: string;
  bytes: number;
  created_at: number;
  expires_at: number | null;
}

export interface BlobsTable {
  key: string;
  project_id: string;
  owner_id: string;
  position: number;
  bytes: number;
  sha256: string;
}

export interface StoredBytesTable {
  project_id: string;
  /** Total size of all blobs of the project. */
  bytes: number;
}

export interface UploadsTable {
  id: string;
  project_id: string;
  filename: string;
  purpose: string;
  content_type: string;
  bytes: number;
  file_lifetime_seconds: number | null;
  status: 'pending' | 'completed' | 'cancelled' | 'expired';
  file_id: string | null;
  created_at: number;
  expires_at: number;
}

export interface UploadPartsTable {
  id: string;
  project_id: string;
  upload_id: string;
  created_at: number;
}
