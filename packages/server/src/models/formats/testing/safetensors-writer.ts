/** Writes a safetensors file of F32 tensors, for tests that create models. */
import { writeFileSync } from 'node:fs';

export interface WrittenTensor {
  /** Slowest dimension first. */
  shape: readonly number[];
  data: Float32Array;
}

export function writeSafetensors(path: string, tensors: Readonly<Record<string, WrittenTensor>>): void {
  const header: Record<string, object> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const bodies = Object.values(tensors).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(path, Buffer.concat([length, json, ...bodies]));
}
