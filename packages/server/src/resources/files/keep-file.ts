/** Makes a file of bytes that lie in blob storage: the one way that files come to be. */
import { errors } from '../../errors/catalogue.ts';
import type { BlobRecord, FileRecord, FileRepository } from '../../storage/repositories/files.ts';
import type { Services } from '../services.ts';

export interface NewFile {
  filename: string;
  /** One of the API's. */
  purpose: string;
  contentType: string;
  bytes: number;
  /** Undefined: as the purpose has it. */
  lifetimeSeconds?: number | undefined;
}

/** Files for batches go by themselves, as on the hosted service. */
const BATCH_LIFETIME_S = 30 * 24 * 3600;

/** The record of a file that begins now. */
export function toNewFile(
  { clock, ids }: Pick<Services, 'clock' | 'ids'>,
  { filename, purpose, contentType, bytes, lifetimeSeconds }: NewFile,
): Omit<FileRecord, 'projectId'> {
  const createdAt = clock.now();
  const seconds = lifetimeSeconds ?? (purpose === 'batch' ? BATCH_LIFETIME_S : undefined);
  const expiresAt = seconds === undefined ? null : createdAt + seconds * 1000;
  return { id: ids('file-'), filename, purpose, contentType, bytes, createdAt, expiresAt };
}

/** @throws ApiError `file_quota_exceeded` when the project has no room for so many bytes more. */
export async function checkRoom(
  files: Pick<FileRepository, 'totalBytes'>,
  bytes: number,
  { projectFileBytes }: Services['limits'],
): Promise<void> {
  if ((await files.totalBytes()) + bytes > projectFileBytes) throw errors.fileQuotaExceeded(projectFileBytes);
}

/** @throws ApiError `file_quota_exceeded` when the project has no room left for it. */
export async function keepFile(
  { repositories, limits, ...services }: Services,
  projectId: string,
  file: Omit<NewFile, 'bytes'> & { blobs: readonly BlobRecord[] },
): Promise<FileRecord> {
  const bytes = file.blobs.reduce((sum, blob) => sum + blob.bytes, 0);
  const record = toNewFile(services, { ...file, bytes });
  await repositories.forProject(projectId).transaction(async ({ files }) => {
    await checkRoom(files, bytes, limits);
    await files.create(record, file.blobs);
  });
  return { ...record, projectId };
}
