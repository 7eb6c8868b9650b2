/**
 * Writes a GGUF file, version 3: metadata, then tensors, each aligned to 32 bytes. Invariant: the same input gives the
 * same bytes.
 */
import { open } from 'node:fs/promises';

export type GgufValue =
  | { type: 'u32' | 'f32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'i32s' | 'f32s'; value: readonly number[] };

export type GgufTensorType = keyof typeof TENSOR_TYPES;

export interface GgufTensor {
  name: string;
  type: GgufTensorType;
  /** Fastest dimension first, as in ggml: `[columns, rows]` for a matrix. */
  shape: readonly number[];
  /** Bytes of the tensor in chunks; called once per tensor, in the order of the list. */
  bytes(): AsyncIterable<Buffer>;
}

/** Constants of the format. */
const VALUE_TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_TYPES = { f32: 0, f16: 1, i8: 24 } as const;
const ELEMENT_BYTES: Readonly<Record<GgufTensorType, number>> = { f32: 4, f16: 2, i8: 1 };
const VERSION = 3;
const ALIGNMENT = 32;

export async function writeGguf(
  path: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.appendFile(toHeader(metadata, tensors));
    for (const tensor of tensors) {
      let written = 0;
      for await (const bytes of tensor.bytes()) {
        await file.appendFile(bytes);
        written += bytes.length;
      }
      if (written !== sizeOf(tensor)) {
        throw new RangeError(`The tensor '${tensor.name}' has ${written} bytes instead of ${sizeOf(tensor)}.`);
      }
      await file.appendFile(padding(written));
    }
  } finally {
    await file.close();
  }
}

function toHeader(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Buffer {
  const entries = Object.entries(metadata);
  const parts = [Buffer.from('GGUF'), u32(VERSION), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) parts.push(text(key), ...toBytes(value));
  let offset = 0;
  for (const tensor of tensors) {
    const { name, type, shape } = tensor;
    parts.push(text(name), u32(shape.length), ...shape.map(u64), u32(TENSOR_TYPES[type]), u64(offset));
    offset += sizeOf(tensor) + padding(sizeOf(tensor)).length;
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, padding(header.length)]);
}

function sizeOf({ type, shape }: GgufTensor): number {
  return shape.reduce((product, size) => product * size, ELEMENT_BYTES[type]);
}

function toBytes(value: GgufValue): Buffer[] {
  switch (value.type) {
    case 'u32':
      return [u32(VALUE_TYPES.u32), u32(value.value)];
    case 'f32':
      return [u32(VALUE_TYPES.f32), f32(value.value)];
    case 'bool':
      return [u32(VALUE_TYPES.bool), Buffer.from([value.value ? 1 : 0])];
    case 'string':
      return [u32(VALUE_TYPES.string), text(value.value)];
    case 'strings':
      return list(VALUE_TYPES.string, value.value.map(text));
    case 'i32s':
      return list(VALUE_TYPES.i32, value.value.map(u32));
    case 'f32s':
      return list(VALUE_TYPES.f32, value.value.map(f32));
  }
}

function list(type: number, items: readonly Buffer[]): Buffer[] {
  return [u32(VALUE_TYPES.array), u32(type), u64(items.length), ...items];
}

function u32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function u64(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
}

function f32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeFloatLE(value);
  return out;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}
