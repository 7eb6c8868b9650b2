/** Converts stored uploads to wire objects, and finds pending uploads. */
import type { Upload } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { FileRecord } from '../../storage/repositories/files.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { UploadRecord } from '../../storage/repositories/uploads.ts';
import { toFile } from '../files/to-file.ts';

export function toUpload(record: UploadRecord, file: FileRecord | null = null): Upload {
  const { id, bytes, createdAt, filename, purpose, status, expiresAt } = record;
  return {
    id,
    object: 'upload',
    bytes,
    created_at: toSeconds(createdAt),
    filename,
    purpose,
    status,
    expires_at: toSeconds(expiresAt),
    file: file === null ? null : toFile(file),
  };
}

/**
 * Returns an upload that accepts parts and can be completed or cancelled.
 * @throws ApiError 404 if there is none, `upload_not_pending` if it has ended or expired.
 */
export async function findPendingUpload(
  { uploads }: Pick<ProjectRepositories, 'uploads'>,
  id: string,
  nowMs: number,
): Promise<UploadRecord> {
  const record = await uploads.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Upload', id);
  const status = record.status === 'pending' && record.expiresAt <= nowMs ? 'expired' : record.status;
  if (status !== 'pending') throw errors.uploadNotPending(id, status);
  return record;
}
