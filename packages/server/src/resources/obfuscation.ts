/**
 * Padding of streamed events (`stream_options.include_obfuscation`): who sees the sizes of encrypted packets learns little of the text.
 * Invariant: choices and padding of one event together have a multiple of BLOCK_BYTES, one block for any event of a usual token.
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

/** Drawn from the system's generator for many events at once; no character is used twice. */
const POOL_BYTES = 12 * 1024;
let pool = '';
let used = 0;

function padding(bytes: number): string {
  const missing = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
  if (used + missing > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('base64url');
    used = 0;
  }
  used += missing;
  return pool.slice(used - missing, used);
}
