/** The digest that stands beside a file: a file without its own is not whole. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs';

const BYTES_AT_ONCE = 1024 ** 2;

export const digestPath = (path: string) => `${path}.sha256`;

/** SHA-256, hexadecimal. `sync`: the file is on the disk then. Throws when it cannot be read. */
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
