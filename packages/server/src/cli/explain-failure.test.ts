import { describe, expect, it } from 'vitest';
import { explainFailure } from './explain-failure.ts';

const failure = (code: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more });

describe('the sentence of a failure', () => {
  it.each([
    [failure('SQLITE_CORRUPT', 'database disk image is malformed'), /\/data is damaged .*malformed.*selfsame restore/],
    [failure('SQLITE_CORRUPT_VTAB', 'x'), /is damaged/],
    [failure('SQLITE_NOTADB', 'file is not a database'), /is damaged/],
    [failure('SQLITE_FULL', 'database or disk is full'), /no space left on the disk of \/data/],
    [
      failure('ENOSPC', 'ENOSPC: no space left on device, write', { path: '/data/blobs/x' }),
      /no space left .*\/data\/blobs\/x/,
    ],
    [failure('SQLITE_BUSY_SNAPSHOT', 'database is locked'), /another process holds the database/],
    [failure('SQLITE_CANTOPEN', 'unable to open database file'), /owner and permissions/],
    [failure('SQLITE_READONLY_DIRECTORY', 'attempt to write a readonly database'), /owner and permissions/],
    [
      failure('EACCES', "EACCES: permission denied, mkdir '/x'", { path: '/x', syscall: 'mkdir' }),
      /^\/x cannot be opened/,
    ],
    [failure('SQLITE_IOERR_READ', 'disk I/O error'), /cannot be used .*selfsame doctor/],
    [failure('SQLITE_ERROR', 'no such table: jobs'), /cannot be used .*no such table/],
    [
      failure('ENOTDIR', "ENOTDIR: not a directory, mkdir '/dev/null/x'", { path: '/dev/null/x' }),
      /^\/dev\/null\/x cannot be used/,
    ],
    [
      failure('EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:80', { syscall: 'listen' }),
      /port is taken.*--port/,
    ],
    [failure('EACCES', 'listen EACCES: permission denied 0.0.0.0:80', { syscall: 'listen' }), /below 1024.*--port/],
    [failure('EADDRNOTAVAIL', 'listen EADDRNOTAVAIL 10.9.9.9', { syscall: 'listen' }), /--host/],
    [failure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'), /cannot be reached/],
    [failure('28P01', 'password authentication failed for user "x"'), /SELFSAME_DATABASE_URL/],
    [failure('3D000', 'database "x" does not exist'), /SELFSAME_DATABASE_URL/],
    [new Error('outer', { cause: failure('SQLITE_FULL', 'full') }), /no space left/],
  ])('explains what to do about %s', (error, sentence) => {
    expect(explainFailure(error, '/data')).toMatch(sentence);
  });

  it.each([new TypeError('x is not a function'), new Error('odd'), 'text', undefined, failure('ERR_ASSERTION', 'x')])(
    'returns undefined for %s, an error of the program',
    (error) => expect(explainFailure(error, '/data')).toBeUndefined(),
  );
});
