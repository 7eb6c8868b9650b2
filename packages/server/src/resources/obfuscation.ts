/**
 * Padding of streamed events (`stream_options.include_obfuscation`): who sees the sizes of encrypted packets learns little of the text.
 * Invariant: choices and padding of one event together have a multiple of BLOCK_BYTES, one block for any event of a usual token.
 */
import { randomBytes } from 'node:crypto';

const BLOCK_BYTES = 128;

/** Adds random characters as `obfuscation` to every event that has choices. */
export async function* obfuscated<T extends { choices: readonly unknown[] }>(
  events: AsyncIterable<T>,
): AsyncGenerator<T & { obfuscation?: string }> {
  for await (const event of events) {
    if (event.choices.length === 0) yield event;
    else yield { ...event, obfuscation: padding(Buffer.byteLength(JSON.stringify(event.choices))) };
  }
}

function padding(bytes: number): string {
  const missing = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
  return randomBytes(missing).toString('base64url').slice(0, missing);
}
