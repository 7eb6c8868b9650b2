/** Makes a file of bytes that lie in blob storage: the one way that files come to be. */
import type { FilePurpose } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { BlobRecord, FileRecord } from '../../storage/repositories/files.ts';
import type { Services } from '../services.ts';

export interface NewFile {
  filename: string;
  purpose: FilePurpose;
  contentType: string;
  /** In order. */
  blobs: readonly BlobRecord[];
  /** Undefined: as the purpose has it. */
  lifetimeSeconds?: number | undefined;
}

/** Files for batches go by themselves, as on the hosted service. */
const BATCH_LIFETIME_S = 30 * 24 * 3600;

/** @throws ApiError `file_quota_exceeded` when the project has no room left for it. */
export async function keepFile(
  { repositories, clock, ids, limits }: Services,
  projectId: string,
  { filename, purpose, contentType, blobs, lifetimeSeconds }: NewFile,
): Promise<FileRecord> {
  const createdAt = clock.now();
  const seconds = lifetimeSeconds ?? (purpose === 'batch' ? BATCH_LIFETIME_S : undefined);
  const record = {
    id: ids('file-'),
    filename,
    purpose,
    contentType,
    bytes: blobs.reduce((sum, blob) => sum + blob.bytes, 0),
    createdAt,
    expiresAt: seconds === undefined ? null : createdAt + seconds * 1000,
  };
  await repositories.forProject(projectId).transaction(async ({ files }) => {
    const total = (await files.totalBytes()) + record.bytes;
    if (total > limits.projectFileBytes) throw errors.fileQuotaExceeded(limits.projectFileBytes);
    await files.create(record, blobs);
  });
  return { ...record, projectId };
}
