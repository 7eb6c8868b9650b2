/** Errors of the disk in the program's words. */
import { errors } from '../../../errors/catalogue.ts';

/** What the operating system calls it → what is wrong, for the caller. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk does not read or write',
  EROFS: 'the disk cannot be written',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** `storage_unavailable`, or the error as it is. */
export function translateDiskError(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  // Errors of a source that is being received are not the disk's.
  const reason = syscall === undefined || syscall === 'read' ? undefined : UNAVAILABLE[code ?? ''];
  return reason === undefined ? error : errors.storageUnavailable(reason, error);
}
