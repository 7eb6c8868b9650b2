/** Converts a stored file to the wire object. */
import type { FilePurpose, OpenAIFile } from '@selfsame/contract';
import { toSeconds } from '../../lib/clock.ts';
import type { FileRecord } from '../../storage/repositories/files.ts';

export function toFile({ id, bytes, createdAt, expiresAt, filename, purpose }: FileRecord): OpenAIFile {
  return {
    id,
    object: 'file',
    bytes,
    created_at: toSeconds(createdAt),
    ...(expiresAt === null ? {} : { expires_at: toSeconds(expiresAt) }),
    filename,
    // Only purposes of the API are ever stored.
    purpose: purpose as FilePurpose,
    status: 'processed',
  };
}
