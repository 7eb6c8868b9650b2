/** Reads files whose bytes are in several blobs. */
import { BlobMissingError, type BlobRange, type BlobStorage } from '../../storage/blobs/blob-storage.ts';
import type { BlobRecord } from '../../storage/repositories/files.ts';

const CONCURRENT_CHECKS = 16;

/**
 * Yields the bytes of `range` in the concatenation of `parts`. Throws BlobMissingError if a blob is missing or shorter
 * than its record.
 */
export async function* readParts(
  blobs: BlobStorage,
  parts: readonly BlobRecord[],
  range: BlobRange,
): AsyncGenerator<Uint8Array> {
  let { start, length } = range;
  for (const { key, bytes } of parts) {
    const here = Math.min(length, bytes - start);
    if (here > 0) {
      let remaining = here;
      for await (const chunk of blobs.read(key, { start, length: here })) {
        remaining -= chunk.byteLength;
        yield chunk;
      }
      if (remaining > 0) throw new BlobMissingError('The stored bytes are fewer than were written.');
    }
    length -= Math.max(0, here);
    start = Math.max(0, start - bytes);
    if (length <= 0) return;
  }
}

/** Returns the first part whose blob is missing or shorter than its record. Reads the last byte of each. */
export async function findMissingPart<Part extends BlobRecord>(
  blobs: BlobStorage,
  parts: readonly Part[],
): Promise<Part | undefined> {
  for (let at = 0; at < parts.length; at += CONCURRENT_CHECKS) {
    const group = parts.slice(at, at + CONCURRENT_CHECKS);
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
