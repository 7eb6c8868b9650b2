/** Creates files from bytes that are already in blob storage. All files are created here. */
import { errors } from '../../errors/catalogue.ts';
import type { BlobRecord, FileRecord, FileRepository } from '../../storage/repositories/files.ts';
import type { Services } from '../services.ts';

export interface NewFile {
  filename: string;
  /** A purpose of the API. */
  purpose: string;
  contentType: string;
  bytes: number;
  /** Undefined: the default of the purpose. */
  lifetimeSeconds?: number | undefined;
}

/** Files for batches expire by default, as on the hosted service. */
const BATCH_LIFETIME_SECONDS = 30 * 24 * 3600;

/** Returns the record of a new file. */
export function toNewFile(
  { clock, ids }: Pick<Services, 'clock' | 'ids'>,
  { filename, purpose, contentType, bytes, lifetimeSeconds }: NewFile,
): Omit<FileRecord, 'projectId'> {
  const createdAt = clock.now();
  const seconds = lifetimeSeconds ?? (purpose === 'batch' ? BATCH_LIFETIME_SECONDS : undefined);
  const expiresAt = seconds === undefined ? null : createdAt + seconds * 1000;
  return { id: ids('file-'), filename, purpose, contentType, bytes, createdAt, expiresAt };
}

/** @throws ApiError `file_quota_exceeded` if `bytes` more would exceed the quota of the project. */
export async function checkQuota(
  files: Pick<FileRepository, 'totalBytes'>,
  bytes: number,
  { projectFileBytes }: Services['limits'],
): Promise<void> {
  if ((await files.totalBytes()) + bytes > projectFileBytes) throw errors.fileQuotaExceeded(projectFileBytes);
}

/** @throws ApiError `file_quota_exceeded` if the file would exceed the quota of the project. */
export async function createFile(
  { repositories, limits, ...services }: Services,
  projectId: string,
  file: Omit<NewFile, 'bytes'> & { blobs: readonly BlobRecord[] },
): Promise<FileRecord> {
  const bytes = file.blobs.reduce((sum, blob) => sum + blob.bytes, 0);
  const record = toNewFile(services, { ...file, bytes });
  await repositories.forProject(projectId).transaction(async ({ files }) => {
    await checkQuota(files, bytes, limits);
    await files.create(record, file.blobs);
  });
  return { ...record, projectId };
}
