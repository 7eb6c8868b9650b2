/**
 * Pads streamed events (`stream_options.include_obfuscation`), so that the sizes of encrypted packets reveal little
 * about the text.
 * Invariant: the size of choices plus padding is a multiple of BLOCK_BYTES; usual tokens need one block.
 */
import { randomBytes } from 'node:crypto';

const BLOCK_BYTES = 128;

/** Adds random characters as `obfuscation` to every event that has choices. */
export function obfuscated<T extends { choices: readonly unknown[] }>(
  events: AsyncIterable<T>,
): AsyncIterable<T & { obfuscation?: string }> {
  const pad = (step: IteratorResult<T>): IteratorResult<T & { obfuscation?: string }> => {
    if (step.done === true || step.value.choices.length === 0) return step;
    const { value } = step;
    return { done: false, value: { ...value, obfuscation: padding(Buffer.byteLength(JSON.stringify(value.choices))) } };
  };
  return {
    [Symbol.asyncIterator]() {
      const source = events[Symbol.asyncIterator]();
      return {
        next: () => source.next().then(pad),
        return: async () => (await source.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** Random characters for many events, drawn in one call. Each character is used once. */
const POOL_BYTES = 12 * 1024;
let pool = '';
let used = 0;

export function padding(bytes: number): string {
  const missing = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
  if (used + missing > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('base64url');
    used = 0;
  }
  used += missing;
  return pool.slice(used - missing, used);
}
