/**
 * Door: bytes by key, written once and never changed. Four methods.
 * Invariants: a blob is there whole or not at all, also after kill -9 or loss of power; what `write` resolved for stays until `delete`;
 * memory does not grow with size. Who owns a blob is kept in the database: what nobody owns is swept.
 */
import type { StoredBytes } from '../../lib/received-file.ts';

/** What a key may be: it stands in names of files and of objects. */
export const BLOB_KEY = /^[\w-]{1,128}$/;

export interface BlobRange {
  /** First byte, from 0. */
  start: number;
  /** Bytes to read; more than there are means to the end. */
  length: number;
}

export interface BlobEntry {
  key: string;
  bytes: number;
  /** Unix milliseconds. */
  writtenAt: number;
}

/** No blob of that key, or fewer bytes than were written. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
}

export interface BlobStorage {
  /**
   * Stores what `source` gives under `key` (letters, digits, `_` and `-`). Rejects with the source's error, the signal's reason or the
   * storage's own error, and leaves nothing behind.
   */
  write(key: string, source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StoredBytes>;
  /** The bytes of `range`, default all. Throws BlobMissingError at the first step. */
  read(key: string, range?: BlobRange): AsyncIterable<Uint8Array>;
  /** Idempotent: what is not there is as good as deleted. */
  delete(keys: readonly string[]): Promise<void>;
  /** Every blob, in no order; those being written are not listed. Also clears what interrupted writes left. */
  list(): AsyncIterable<BlobEntry>;
}
