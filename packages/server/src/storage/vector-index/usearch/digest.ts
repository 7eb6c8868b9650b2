/** The digest beside an index file. A file without a matching digest is incomplete. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs';

const BYTES_AT_ONCE = 1024 ** 2;

export const digestPath = (path: string) => `${path}.sha256`;

/** SHA-256 in hexadecimal. `sync` also flushes the file to the disk. Throws when the file cannot be read. */
export function digestOf(path: string, { sync = false } = {}): string {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(BYTES_AT_ONCE);
  const file = openSync(path, 'r+');
  try {
    if (sync) fsyncSync(file);
    for (let read = 1; read > 0; ) {
      read = readSync(file, part, 0, part.byteLength, null);
      hash.update(part.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
