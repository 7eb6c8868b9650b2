/** The files that chunks are of, each once. */
import { FILE_KEYS } from './text-chunks.ts';

export function fileKeysOf(chunkKeys: readonly number[]): number[] {
  return [...new Set(chunkKeys.map((key) => Math.floor(key / FILE_KEYS)))];
}
