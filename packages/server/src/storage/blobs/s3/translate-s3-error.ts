/** Translates errors of an S3-compatible storage. */
import { errors } from '../../../errors/catalogue.ts';

/** Names of the errors of full storages. */
const FULL = /storagefull|insufficientstorage|quota|entitytoolarge.*bucket|nospace/i;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

interface S3Error {
  name?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Returns the ApiError `storage_unavailable`, or the same error. */
export function translateS3Error(error: unknown): unknown {
  const { name = '', code = '', $metadata } = (error ?? {}) as S3Error;
  const status = $metadata?.httpStatusCode ?? 0;
  if ($metadata !== undefined && (FULL.test(name) || status === 507)) {
    return errors.storageUnavailable('the storage of files is full', error);
  }
  const isDown = status >= 500 || status === 429 || name === 'TimeoutError' || UNREACHABLE.has(code);
  return isDown ? errors.storageUnavailable('the storage of files does not answer', error) : error;
}
