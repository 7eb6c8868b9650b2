/** Writes a GGUF version 3 file: metadata and f32 tensors, 32-byte aligned. For tests, which make their own models. */
import { writeFileSync } from 'node:fs';

export type GgufValue =
  | { type: 'u32'; value: number }
  | { type: 'f32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'i32s'; value: readonly number[] };

export interface Tensor {
  name: string;
  /** Fastest dimension first, as ggml has it: `[columns, rows]` for a matrix. */
  shape: readonly number[];
  data: Float32Array;
}

/** Value types of the format. */
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const F32_TENSOR = 0;
const ALIGNMENT = 32;

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

function list(type: number, items: readonly Buffer[]): Buffer[] {
  return [u32(TYPE.array), u32(type), u64(items.length), ...items];
}

function encode(value: GgufValue): Buffer[] {
  switch (value.type) {
    case 'u32':
      return [u32(TYPE.u32), u32(value.value)];
    case 'f32':
      return [u32(TYPE.f32), f32(value.value)];
    case 'bool':
      return [u32(TYPE.bool), Buffer.from([value.value ? 1 : 0])];
    case 'string':
      return [u32(TYPE.string), text(value.value)];
    case 'strings':
      return list(TYPE.string, value.value.map(text));
    case 'i32s':
      return list(TYPE.i32, value.value.map(u32));
  }
}

const padding = (length: number) => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

export function writeGguf(
  path: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly Tensor[],
): void {
  const entries = Object.entries(metadata);
  const header = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) header.push(text(key), ...encode(value));
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header.push(text(name), u32(shape.length), ...shape.map(u64), u32(F32_TENSOR), u64(offset));
    offset += data.byteLength + padding(data.byteLength).length;
  }
  const head = Buffer.concat(header);
  const body = tensors.flatMap(({ data }) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return [bytes, padding(bytes.length)];
  });
  writeFileSync(path, Buffer.concat([head, padding(head.length), ...body]));
}
