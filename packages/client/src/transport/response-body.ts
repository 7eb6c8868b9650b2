/** Bodies of responses: errors are those of the transport, and a body that is not needed is discarded. */
import type { ResponseBody } from '../core/transport.ts';

/** Bodies up to this size are read to their end, which keeps the connection. */
const MAX_DISCARDED_BYTES = 65_536;

/** Releases the connection of a response whose body is not needed. */
export async function discardBody(body: ResponseBody | null): Promise<void> {
  if (body === null) return;
  let bytes = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DISCARDED_BYTES) break;
  }
}

/** A body over an iterable; `toError` translates what the iteration throws. */
export function createBody(
  chunks: AsyncIterable<Uint8Array>,
  cancel: () => Promise<void> | void,
  toError: (error: unknown) => unknown,
): ResponseBody {
  return {
    cancel,
    async *[Symbol.asyncIterator]() {
      try {
        yield* chunks;
      } catch (error) {
        throw toError(error);
      }
    },
  };
}
