/** Reads tensors of a GGUF file as bytes, for engines that keep their own data in such files. */
import { type FileHandle, open } from 'node:fs/promises';
import { MetadataReader } from './gguf-reader.ts';

export interface GgufTensorBytes {
  /** Names of all tensors, in the order of the file. */
  names: readonly string[];
  /** Throws RangeError for a tensor that the file does not have in full. */
  read(name: string): Promise<Buffer>;
  close(): Promise<void>;
}

interface TensorPlace {
  start: number;
  bytes: number;
}

/** Magic and version, before the counts. */
const PREFIX_BYTES = 8;
const ALIGNMENT = 32;
const MAX_DIMENSIONS = 4;
/** Bytes per element by `ggml_type`, of the types that are read here. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = { 0: 4, 1: 2, 24: 1 };

/** Throws RangeError for a damaged header. The caller closes the result. */
export async function openGgufTensors(path: string): Promise<GgufTensorBytes> {
  const file = await open(path);
  try {
    const places = await readPlaces(file);
    return {
      names: [...places.keys()],
      async read(name) {
        const place = places.get(name);
        if (place === undefined) throw new RangeError(`The file has no tensor '${name}'.`);
        const bytes = Buffer.allocUnsafeSlow(place.bytes);
        const { bytesRead } = await file.read(bytes, 0, place.bytes, place.start);
        if (bytesRead < place.bytes) throw new RangeError(`The file ends inside the tensor '${name}'.`);
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readPlaces(file: FileHandle): Promise<Map<string, TensorPlace>> {
  const reader = new MetadataReader(file);
  await reader.skip(PREFIX_BYTES);
  const tensors = await reader.size();
  for (let left = await reader.size(); left > 0; left--) {
    await reader.text();
    await reader.value(await reader.u32());
  }
  const found: [name: string, offset: number, bytes: number][] = [];
  for (let left = tensors; left > 0; left--) {
    const name = await reader.text();
    const dimensions = await reader.u32();
    if (dimensions > MAX_DIMENSIONS) throw new RangeError('A tensor has too many dimensions.');
    let elements = 1;
    for (let i = 0; i < dimensions; i++) elements *= await reader.size();
    const elementBytes = ELEMENT_BYTES[await reader.u32()];
    if (elementBytes === undefined) throw new RangeError(`The type of the tensor '${name}' is not supported.`);
    found.push([name, await reader.size(), elements * elementBytes]);
  }
  const start = Math.ceil(reader.position / ALIGNMENT) * ALIGNMENT;
  return new Map(found.map(([name, offset, bytes]) => [name, { start: start + offset, bytes }]));
}
