/** Reads a file whose bytes lie in several blobs as one. */
import type { BlobRange, BlobStorage } from '../../storage/blobs/blob-storage.ts';
import type { BlobRecord } from '../../storage/repositories/files.ts';

/** The bytes of `range` in the concatenation of `parts`. */
export async function* readParts(
  blobs: BlobStorage,
  parts: readonly BlobRecord[],
  range: BlobRange,
): AsyncGenerator<Uint8Array> {
  let { start, length } = range;
  for (const { key, bytes } of parts) {
    const here = Math.min(length, bytes - start);
    if (here > 0) yield* blobs.read(key, { start, length: here });
    length -= Math.max(0, here);
    start = Math.max(0, start - bytes);
    if (length <= 0) return;
  }
}
