/** Errors of the database and of blob storage. */
import { ApiError } from './api-error.ts';

const RETRY_AFTER_SECONDS = '1';

export const storageErrors = {
  /** `what`: a noun phrase, e.g. `file 'file-1'`. */
  fileContentMissing: (what: string) =>
    new ApiError(`The stored content of ${what} is missing, so that it cannot be read any more. Upload it again.`, {
      status: 500,
      type: 'server_error',
      code: 'file_content_missing',
    }),
  /** `reason` completes "…, because …"; reads may still work. */
  storageUnavailable: (reason: string, cause?: unknown) =>
    new ApiError(`The server cannot keep or read records now, because ${reason}. Try again later.`, {
      status: 503,
      type: 'service_unavailable',
      code: 'storage_unavailable',
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
      cause,
    }),
};
