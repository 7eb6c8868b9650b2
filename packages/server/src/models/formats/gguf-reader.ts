/**
 * Reads what a GGUF file says of itself, before the engine's parser does, which takes any count of anything for true and may never come
 * back. Invariant: a damaged file costs no more time or memory than its own size, and never throws but where it cannot be read at all.
 */
import { type FileHandle, open } from 'node:fs/promises';

const MAGIC = 'GGUF';
const HEADER_BYTES = 24;
const VERSIONS = [2, 3];
const MOST_TENSORS = 1_000_000n;
const MOST_KEYS = 100_000n;

/** Why the file is refused, as the end of a sentence that begins with its path, or undefined when it looks right. */
export async function findGgufFault(path: string): Promise<string | undefined> {
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
    const isDamaged = header.readBigUInt64LE(8) > MOST_TENSORS || header.readBigUInt64LE(16) > MOST_KEYS;
    return isDamaged ? 'has a damaged header' : undefined;
  } finally {
    await file.close();
  }
}

/** Strings and 32-bit numbers by their keys; lists are passed over. Of a damaged file, what stands before the damage. */
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
    // Whoever loads the file says what is wrong with it.
    if (!(error instanceof RangeError)) throw error;
  } finally {
    await file.close();
  }
  return found;
}

/** Numbers of the format. */
const U32 = 4;
const STRING = 8;
const ARRAY = 9;
/** Bytes of one value by the number of its type. */
const SCALAR_BYTES: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
const WINDOW_BYTES = 1024 * 1024;
const LONGEST_TEXT_BYTES = 16 * 1024 * 1024;

/** Goes through a file with a window of it in memory. Throws RangeError at the file's end and at what cannot be true. */
class MetadataReader {
  readonly #file: FileHandle;
  #window = Buffer.alloc(0);
  /** Where the window begins in the file, and the next byte in the window. */
  #start = 0;
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
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
    if (length > LONGEST_TEXT_BYTES) throw new RangeError('a text without end');
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

  /** A string or a 32-bit number; undefined for everything else, which is passed over. */
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
      // Hundreds of thousands of pieces: those that lie in the window are not waited for.
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
