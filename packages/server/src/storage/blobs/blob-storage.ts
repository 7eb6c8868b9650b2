/**
 * Door: immutable blobs by key. Invariants: a blob is complete or absent, also after kill -9 or loss of power; a blob
 * is durable from the time that `write` resolves until `delete`; memory does not grow with the size. The database
 * records the owners of blobs; blobs without an owner are swept.
 */
import type { StoredBytes } from '../../lib/received-file.ts';

/** Valid keys. Keys are parts of the names of files and objects. */
export const BLOB_KEY = /^[\w-]{1,128}$/;

export interface BlobRange {
  /** Byte offset, from 0. */
  start: number;
  /** Number of bytes; cut at the end of the blob. */
  length: number;
}

export interface BlobEntry {
  key: string;
  bytes: number;
  /** Unix milliseconds. */
  writtenAt: number;
}

/** The blob does not exist, or has fewer bytes than were written. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
}

export interface BlobStorage {
  /**
   * Stores the bytes of `source` under `key` (letters, digits, `_` and `-`). Rejects with the error of the source or of
   * the storage, or with the reason of the signal, and then leaves no blob.
   */
  write(key: string, source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StoredBytes>;
  /** Reads `range`; default: all bytes. Throws BlobMissingError at the first step. */
  read(key: string, range?: BlobRange): AsyncIterable<Uint8Array>;
  /** Idempotent: unknown keys are ignored. */
  delete(keys: readonly string[]): Promise<void>;
  /** Lists all completely written blobs in any order. Also deletes the remains of interrupted writes. */
  list(): AsyncIterable<BlobEntry>;
}
