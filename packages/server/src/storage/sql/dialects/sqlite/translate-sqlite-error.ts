/** Translates errors of SQLite. */
import SqliteFile from 'better-sqlite3';
import { errors } from '../../../../errors/catalogue.ts';
import { ConstraintViolation } from '../../../repositories/repositories.ts';

/** Prefix of an extended error code → reason for the client. */
const UNAVAILABLE: readonly (readonly [string, string])[] = [
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_IOERR', 'the disk does not read or write'],
  ['SQLITE_READONLY', 'the database cannot be written'],
  ['SQLITE_CANTOPEN', 'the database cannot be opened'],
  ['SQLITE_BUSY', 'another process holds the write lock'],
];

/** Returns a ConstraintViolation, the ApiError `storage_unavailable`, or the same error. */
export function translateSqliteError(error: unknown): unknown {
  if (!(error instanceof SqliteFile.SqliteError)) return error;
  const { code } = error;
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new ConstraintViolation(`The database refused a record: ${error.message}.`, { cause: error });
  }
  const [, reason] = UNAVAILABLE.find(([prefix]) => code.startsWith(prefix)) ?? [];
  return reason === undefined ? error : errors.storageUnavailable(reason, error);
}
