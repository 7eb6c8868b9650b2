/** Reads a file whose bytes lie in several blobs as one. */
import { BlobMissingError, type BlobRange, type BlobStorage } from '../../storage/blobs/blob-storage.ts';
import type { BlobRecord } from '../../storage/repositories/files.ts';

const CHECKED_AT_ONCE = 16;

/** The bytes of `range` in the concatenation of `parts`. Throws BlobMissingError where a blob is gone or shorter than its record says. */
export async function* readParts(
  blobs: BlobStorage,
  parts: readonly BlobRecord[],
  range: BlobRange,
): AsyncGenerator<Uint8Array> {
  let { start, length } = range;
  for (const { key, bytes } of parts) {
    const here = Math.min(length, bytes - start);
    if (here > 0) {
      let left = here;
      for await (const chunk of blobs.read(key, { start, length: here })) {
        left -= chunk.byteLength;
        yield chunk;
      }
      if (left > 0) throw new BlobMissingError('The stored bytes are fewer than were written.');
    }
    length -= Math.max(0, here);
    start = Math.max(0, start - bytes);
    if (length <= 0) return;
  }
}

/** The first of `parts` whose blob is gone or shorter than its record says; reads the last byte of each. */
export async function findMissingPart<Part extends BlobRecord>(
  blobs: BlobStorage,
  parts: readonly Part[],
): Promise<Part | undefined> {
  for (let at = 0; at < parts.length; at += CHECKED_AT_ONCE) {
    const group = parts.slice(at, at + CHECKED_AT_ONCE);
    const found = await Promise.all(group.map((part) => isMissing(blobs, part)));
    const first = found.indexOf(true);
    if (first !== -1) return group[first];
  }
  return undefined;
}

async function isMissing(blobs: BlobStorage, { key, bytes }: BlobRecord): Promise<boolean> {
  if (bytes === 0) return false;
  try {
    for await (const chunk of blobs.read(key, { start: bytes - 1, length: 1 })) if (chunk.byteLength > 0) return false;
    return true;
  } catch (error) {
    if (error instanceof BlobMissingError) return true;
    throw error;
  }
}
