/** What a GGUF file is good for, told by the metadata in front of its vocabulary: to write, or to embed. */
import { open } from 'node:fs/promises';
import type { ModelKind } from './catalogue.ts';

/** Architectures that have no other use than vectors. */
const ENCODERS = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'jina-bert-v2',
  'jina-bert-v3',
  'modern-bert',
  'neo-bert',
  'eurobert',
  'gemma-embedding',
]);

/** Models state what they are before their vocabulary; what lies beyond is not looked at. */
const READ_BYTES = 256 * 1024;
const FIRST_KEY = 24;
/** Numbers of the format. */
const STRING = 8;
const ARRAY = 9;
const SCALAR_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const U32 = 4;

/** `embedding` for encoders and for models whose file says how their vectors are pooled; `chat` for everything else. */
export async function readGgufKind(path: string): Promise<ModelKind> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await file.read(bytes, 0, READ_BYTES, 0);
    return kindOf(readMetadata(bytes.subarray(0, bytesRead)));
  } finally {
    await file.close();
  }
}

function kindOf(metadata: ReadonlyMap<string, string | number>): ModelKind {
  const architecture = String(metadata.get('general.architecture'));
  const pooling = metadata.get(`${architecture}.pooling_type`);
  return ENCODERS.has(architecture) || (typeof pooling === 'number' && pooling > 0) ? 'embedding' : 'chat';
}

/** Strings and 32-bit numbers up to the first list, or to where the bytes end. */
function readMetadata(bytes: Buffer): Map<string, string | number> {
  const found = new Map<string, string | number>();
  let at = FIRST_KEY;
  const text = () => {
    const length = Number(bytes.readBigUInt64LE(at));
    const value = bytes.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
    return value;
  };
  try {
    for (let left = Number(bytes.readBigUInt64LE(16)); left > 0; left--) {
      const key = text();
      const type = bytes.readUInt32LE(at);
      at += 4;
      if (type === ARRAY) break;
      if (type === STRING) found.set(key, text());
      else {
        if (type === U32) found.set(key, bytes.readUInt32LE(at));
        at += SCALAR_BYTES[type] ?? Number.POSITIVE_INFINITY;
      }
    }
  } catch (error) {
    // A damaged or very long header: what was read so far decides, and whoever loads the file says what is wrong with it.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}
