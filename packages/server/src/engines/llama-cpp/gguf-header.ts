/** Looks at a model file before the engine's parser does, which takes any count of anything for true and may never come back. */
import { closeSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 24;
const VERSIONS = [2, 3];
const MOST_TENSORS = 1_000_000n;
const MOST_KEYS = 100_000n;

/** Why the file cannot be a GGUF file that is read here, as the end of a sentence; undefined when it looks right. Throws when unreadable. */
export function findHeaderFault(path: string): string | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  const read = readSync(file, header, 0, HEADER_BYTES, 0);
  closeSync(file);
  if (read < HEADER_BYTES || header.toString('latin1', 0, 4) !== 'GGUF') return 'is not a GGUF file';
  const version = header.readUInt32LE(4);
  if (!VERSIONS.includes(version)) return `has GGUF version ${version}, and versions 2 and 3 are read`;
  if (header.readBigUInt64LE(8) > MOST_TENSORS || header.readBigUInt64LE(16) > MOST_KEYS) return 'has a damaged header';
  return undefined;
}
