/**
 * Reads the header of a GGUF file before the engine's parser does, which trusts all counts in the file and may hang.
 * Invariants: time and memory are bounded by the size of the file; a damaged file does not throw, only an unreadable
 * one does.
 */
import { type FileHandle, open } from 'node:fs/promises';

const MAGIC = 'GGUF';
const HEADER_BYTES = 24;
const VERSIONS = [2, 3];
const MAX_TENSORS = 1_000_000n;
const MAX_KEYS = 100_000n;

/** Why the file is refused, as a predicate whose subject is its path; undefined = it is accepted. */
export async function findGgufError(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    const magic = header.toString('latin1', 0, Math.min(4, bytesRead));
    if (bytesRead < HEADER_BYTES || magic !== MAGIC) {
      return `is not a GGUF file (it begins with ${JSON.stringify(magic)})`;
    }
    const version = header.readUInt32LE(4);
    if (!VERSIONS.includes(version))
      return `is a GGUF file of version ${version}; versions ${VERSIONS.join(' and ')} are read`;
    const isDamaged = header.readBigUInt64LE(8) > MAX_TENSORS || header.readBigUInt64LE(16) > MAX_KEYS;
    return isDamaged ? 'has a damaged header' : undefined;
  } finally {
    await file.close();
  }
}

/** Strings and 32-bit numbers by key, without lists. A damaged file yields the entries before the damage. */
export async function readGgufMetadata(path: string): Promise<Map<string, string | number>> {
  const file = await open(path);
  const found = new Map<string, string | number>();
  try {
    const reader = new MetadataReader(file);
    await reader.skip(HEADER_BYTES - 8);
    for (let left = await reader.size(); left > 0; left--) {
      const key = await reader.text();
      const value = await reader.value(await reader.u32());
      if (value !== undefined) found.set(key, value);
    }
  } catch (error) {
    // The engine reports the damage when it loads the file.
    if (!(error instanceof RangeError)) throw error;
  } finally {
    await file.close();
  }
  return found;
}

/** Constants of the format. */
const U32 = 4;
const STRING = 8;
const ARRAY = 9;
/** Bytes of one value by the number of its type. */
const SCALAR_BYTES: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
const WINDOW_BYTES = 1024 * 1024;
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** Reads a file through a window in memory. Throws RangeError at the end of the file and at impossible values. */
export class MetadataReader {
  readonly #file: FileHandle;
  #window = Buffer.alloc(0);
  /** Start of the window in the file, and the position of the next byte in the window. */
  #start = 0;
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Position of the next byte in the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  async u32(): Promise<number> {
    if (this.#at + 4 > this.#window.length) await this.#refill(4);
    this.#at += 4;
    return this.#window.readUInt32LE(this.#at - 4);
  }

  async size(): Promise<number> {
    if (this.#at + 8 > this.#window.length) await this.#refill(8);
    this.#at += 8;
    return Number(this.#window.readBigUInt64LE(this.#at - 8));
  }

  async text(): Promise<string> {
    const length = await this.size();
    if (length > MAX_TEXT_BYTES) throw new RangeError('a text without end');
    if (this.#at + length > this.#window.length) await this.#refill(length);
    this.#at += length;
    return this.#window.toString('utf8', this.#at - length, this.#at);
  }

  async skip(bytes: number): Promise<void> {
    if (this.#at + bytes <= this.#window.length) this.#at += bytes;
    else {
      this.#start += this.#at + bytes;
      this.#at = 0;
      this.#window = Buffer.alloc(0);
      if (!Number.isSafeInteger(this.#start)) throw new RangeError('beyond the end');
    }
  }

  /** Returns a string or a 32-bit number; skips other types and returns undefined. */
  async value(type: number): Promise<string | number | undefined> {
    if (type === STRING) return await this.text();
    if (type === U32) return await this.u32();
    if (type === ARRAY) await this.#skipList(await this.u32(), await this.size());
    else await this.skip(SCALAR_BYTES[type] ?? Number.POSITIVE_INFINITY);
    return undefined;
  }

  async #skipList(type: number, length: number): Promise<void> {
    const bytes = SCALAR_BYTES[type];
    if (bytes !== undefined) return await this.skip(bytes * length);
    if (type !== STRING) throw new RangeError('a list of what is no plain value');
    for (let left = length; left > 0; left--) {
      // A vocabulary has hundreds of thousands of strings: those in the window are read without awaiting.
      if (this.#at + 8 > this.#window.length) await this.#refill(8);
      const size = Number(this.#window.readBigUInt64LE(this.#at));
      if (this.#at + 8 + size <= this.#window.length) this.#at += 8 + size;
      else await this.skip(8 + size);
    }
  }

  /** Moves the window to the next byte, with at least `bytes` in it. */
  async #refill(bytes: number): Promise<void> {
    this.#start += this.#at;
    this.#at = 0;
    const window = Buffer.alloc(Math.max(bytes, WINDOW_BYTES));
    const { bytesRead } = await this.#file.read(window, 0, window.length, this.#start);
    if (bytesRead < bytes) throw new RangeError('the end of the file');
    this.#window = window.subarray(0, bytesRead);
  }
}
