/** Translates errors of PostgreSQL and of its connections. */
import { errors } from '../../../../errors/catalogue.ts';
import { ConstraintViolation } from '../../../repositories/repositories.ts';

/** SQLSTATE, SQLSTATE class or network error code → reason for the client. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  '08': 'the connection to the database broke',
  '25006': 'the database is read-only',
  '53': 'the database has no room, memory or connection left',
  '57P01': 'the database is shutting down',
  '57P02': 'the database crashed and is starting again',
  '57P03': 'the database is starting',
  '58': 'the disk of the database does not read or write',
  ECONNREFUSED: 'the database does not answer',
  ECONNRESET: 'the connection to the database broke',
  EPIPE: 'the connection to the database broke',
  ENOENT: 'the database does not answer',
  ENOTFOUND: 'the host of the database is not known',
  EAI_AGAIN: 'the host of the database is not known',
  EHOSTUNREACH: 'the database cannot be reached',
  ENETUNREACH: 'the database cannot be reached',
  ETIMEDOUT: 'the database does not answer',
};

/** Errors of `pg` and Kysely without a code. */
const BROKEN =
  /connection terminated|connection ended|client has encountered a connection error|timeout exceeded when trying to connect|not queryable|has been discarded/i;

/** Returns a ConstraintViolation, the ApiError `storage_unavailable`, or the same error. */
export function translatePostgresError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.length === 5 && code.startsWith('23')) {
    return new ConstraintViolation(`The database refused a record: ${error.message}.`, { cause: error });
  }
  const reason = UNAVAILABLE[code] ?? (code.length === 5 ? UNAVAILABLE[code.slice(0, 2)] : undefined);
  if (reason !== undefined) return errors.storageUnavailable(reason, error);
  return BROKEN.test(error.message) ? errors.storageUnavailable('the connection to the database broke', error) : error;
}
