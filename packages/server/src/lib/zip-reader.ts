/**
 * Streams single entries of a zip file (e.g. a Python wheel). Invariants: memory does not depend on the size of an
 * entry; size and CRC-32 are checked before the stream ends; zip64, encryption and methods other than stored and
 * deflated are refused by name.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PassThrough, pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const ZIP64_COUNT = 0xffff;
const ZIP64_SIZE = 0xffffffff;
const FLAG_ENCRYPTED = 0x1;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

/** A file in the zip. */
export interface ZipEntry {
  name: string;
  /** Unpacked size in bytes. */
  bytes: number;
  compressedBytes: number;
  crc32: number;
  /** 0 = stored, 8 = deflated. */
  method: number;
  encrypted: boolean;
  /** Offset in bytes of the entry's local header in the file. */
  headerOffset: number;
}

/** The file is damaged, is not a zip, or uses an unsupported feature. The message names the reason. */
export class ZipError extends Error {
  constructor(path: string, detail: string) {
    super(`${path}: ${detail}`);
    this.name = 'ZipError';
  }
}

/** Lists the entries of the zip at `path`, in the order of its directory. Throws `ZipError`. */
export async function listZipEntries(path: string): Promise<ZipEntry[]> {
  const file = await open(path);
  try {
    const end = await readEndRecord(file, path);
    const directory = await readExactly(file, end.directoryOffset, end.directoryBytes);
    if (directory === undefined) throw new ZipError(path, 'the zip directory lies outside the file (truncated?)');
    return parseDirectory(directory, end.count, path);
  } finally {
    await file.close();
  }
}

/** Streams the unpacked bytes of `entry`. Throws `ZipError` on damage, at the latest after the last chunk. */
export async function* readZipEntry(path: string, entry: ZipEntry): AsyncGenerator<Buffer> {
  if (entry.encrypted) throw new ZipError(path, `'${entry.name}' is encrypted, which is not supported`);
  if (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATED) {
    throw new ZipError(
      path,
      `'${entry.name}' uses compression method ${entry.method}; stored and deflated are supported`,
    );
  }
  const start = await locateContent(path, entry);
  if (entry.compressedBytes === 0) {
    if (entry.bytes !== 0) throw new ZipError(path, `'${entry.name}' has no content`);
    return;
  }
  const raw = createReadStream(path, { start, end: start + entry.compressedBytes - 1 });
  const unpacked = entry.method === METHOD_DEFLATED ? createInflateRaw() : new PassThrough();
  // The callback only marks a failure as handled: the loop below receives it from `unpacked`.
  pipeline(raw, unpacked, () => undefined);
  let bytes = 0;
  let sum = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > entry.bytes) throw new ZipError(path, `'${entry.name}' is longer than its directory says`);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ZipError) throw error;
    throw new ZipError(
      path,
      `'${entry.name}' cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    raw.destroy();
    unpacked.destroy();
  }
  if (bytes !== entry.bytes) throw new ZipError(path, `'${entry.name}' has ${bytes} bytes instead of ${entry.bytes}`);
  if (sum !== entry.crc32) throw new ZipError(path, `'${entry.name}' has a wrong CRC-32`);
}

interface EndRecord {
  count: number;
  directoryBytes: number;
  directoryOffset: number;
}

async function readEndRecord(file: FileHandle, path: string): Promise<EndRecord> {
  const { size } = await file.stat();
  const tailBytes = Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = await readExactly(file, size - tailBytes, tailBytes);
  if (tail === undefined) throw new ZipError(path, 'could not be read');
  let at = tail.length - END_BYTES;
  while (at >= 0 && !(tail.readUInt32LE(at) === END_SIGNATURE && at + END_BYTES + tail.readUInt16LE(at + 20) <= size))
    at--;
  if (at < 0) throw new ZipError(path, 'is not a complete zip file (no end record)');
  const count = tail.readUInt16LE(at + 10);
  const directoryBytes = tail.readUInt32LE(at + 12);
  const directoryOffset = tail.readUInt32LE(at + 16);
  if (count === ZIP64_COUNT || directoryBytes === ZIP64_SIZE || directoryOffset === ZIP64_SIZE) {
    throw new ZipError(path, 'is a zip64 file, which is not supported');
  }
  return { count, directoryBytes, directoryOffset };
}

function parseDirectory(directory: Buffer, count: number, path: string): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL_SIGNATURE) {
      throw new ZipError(path, `entry ${index + 1} of its directory is damaged`);
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const commentBytes = directory.readUInt16LE(at + 32);
    const entry: ZipEntry = {
      name: directory.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes),
      encrypted: (directory.readUInt16LE(at + 8) & FLAG_ENCRYPTED) !== 0,
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    };
    if ([entry.compressedBytes, entry.bytes, entry.headerOffset].includes(ZIP64_SIZE)) {
      throw new ZipError(path, `'${entry.name}' needs zip64, which is not supported`);
    }
    entries.push(entry);
    at += CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/** The local header has separate lengths of the name and the extra field, which determine where the content starts. */
async function locateContent(path: string, entry: ZipEntry): Promise<number> {
  const file = await open(path);
  try {
    const header = await readExactly(file, entry.headerOffset, LOCAL_BYTES);
    if (header === undefined || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
      throw new ZipError(path, `the header of '${entry.name}' is damaged`);
    }
    return entry.headerOffset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, offset: number, bytes: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, offset);
  return bytesRead === bytes ? buffer : undefined;
}
