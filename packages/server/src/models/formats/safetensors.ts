/** Reads tensors from a safetensors file: eight bytes of length, a JSON header, then the numbers. F32 only. */
import { type FileHandle, open } from 'node:fs/promises';

export interface SafetensorsFile {
  readonly names: readonly string[];
  /** Slowest dimension first. Throws `SafetensorsError` if the tensor does not exist or is not F32. */
  shapeOf(name: string): readonly number[];
  /** The numbers of a tensor, in chunks small enough not to block the event loop. Throws as `shapeOf` does. */
  read(name: string): AsyncIterable<Float32Array>;
  close(): Promise<void>;
}

export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;
const PIECE_BYTES = 256 * 1024;
const MAX_HEADER_BYTES = 100_000_000;

/** Throws `SafetensorsError` if the file does not have this format. */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await open(path);
  try {
    const { entries, dataStart } = await readHeader(file);
    const find = (name: string): Entry => {
      const entry = entries.get(name);
      if (entry === undefined) throw new SafetensorsError(`holds no tensor '${name}'`);
      if (entry.dtype !== 'F32') throw new SafetensorsError(`holds '${name}' as ${entry.dtype}, and F32 is read`);
      const [start, end] = entry.data_offsets;
      if (entry.shape.reduce((product, size) => product * size, FLOAT_BYTES) !== end - start) {
        throw new SafetensorsError(`holds '${name}' with another number of values than its shape has`);
      }
      return entry;
    };
    return {
      names: [...entries.keys()],
      shapeOf: (name) => find(name).shape,
      async *read(name) {
        const [start, end] = find(name).data_offsets;
        for (let at = start; at < end; at += PIECE_BYTES) {
          const bytes = await readExactly(file, dataStart + at, Math.min(PIECE_BYTES, end - at));
          yield Float32Array.from({ length: bytes.length / FLOAT_BYTES }, (_, i) => bytes.readFloatLE(FLOAT_BYTES * i));
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: FileHandle): Promise<{ entries: Map<string, Entry>; dataStart: number }> {
  const length = Number((await readExactly(file, 0, LENGTH_BYTES)).readBigUInt64LE(0));
  if (length > MAX_HEADER_BYTES) throw new SafetensorsError('has a damaged header');
  const text = (await readExactly(file, LENGTH_BYTES, length)).toString('utf8');
  let header: Record<string, Entry>;
  try {
    header = JSON.parse(text) as Record<string, Entry>;
  } catch {
    throw new SafetensorsError('has a damaged header');
  }
  const entries = new Map(Object.entries(header).filter(([name]) => name !== '__metadata__'));
  return { entries, dataStart: LENGTH_BYTES + length };
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) throw new SafetensorsError('is cut off');
    read += bytesRead;
  }
  return bytes;
}
