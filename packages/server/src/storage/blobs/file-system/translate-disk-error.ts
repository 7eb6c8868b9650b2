/** Translates errors of the disk. */
import { errors } from '../../../errors/catalogue.ts';

/** Error code of the operating system → reason for the client. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk does not read or write',
  EROFS: 'the disk cannot be written',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** Returns the ApiError `storage_unavailable`, or the same error. */
export function translateDiskError(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  // Errors without a system call, or of a read, come from the source.
  const reason = syscall === undefined || syscall === 'read' ? undefined : UNAVAILABLE[code ?? ''];
  return reason === undefined ? error : errors.storageUnavailable(reason, error);
}
