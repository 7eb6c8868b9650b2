/** Estimates the tokens of inputs for an upstream that does not report them. Pure. */

/** Average bytes of text per token. */
const BYTES_PER_TOKEN = 4;

/** At least 1. */
export function estimateTokens(inputs: readonly (string | readonly number[])[]): number {
  let bytes = 0;
  let ids = 0;
  for (const input of inputs) {
    if (typeof input === 'string') bytes += Buffer.byteLength(input);
    else ids += input.length;
  }
  return Math.max(1, ids + Math.ceil(bytes / BYTES_PER_TOKEN));
}
