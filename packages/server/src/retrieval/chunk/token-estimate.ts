/**
 * Estimates the number of tokens of any range of a text. The text is counted once, in blocks; a range has its share of
 * the tokens of its blocks.
 */

/** Long enough to make special tokens negligible, short enough to follow a change of language. */
const BLOCK_CHARACTERS = 1000;

/** Blocks per call of the counter: a call may cost more than counting. */
const BLOCKS_PER_CALL = 64;

/** `countTokens` returns the tokens of each text. */
export async function estimateTokens(
  text: string,
  countTokens: (texts: readonly string[]) => Promise<readonly number[]>,
): Promise<TokenEstimate> {
  const sums = [0];
  for (let at = 0; at < text.length; at += BLOCK_CHARACTERS * BLOCKS_PER_CALL) {
    const blocks = Array.from({ length: BLOCKS_PER_CALL }, (_, block) => at + block * BLOCK_CHARACTERS)
      .filter((start) => start < text.length)
      .map((start) => text.slice(start, start + BLOCK_CHARACTERS).toWellFormed());
    for (const tokens of await countTokens(blocks)) sums.push((sums.at(-1) ?? 0) + Math.max(tokens, 1));
  }
  return new TokenEstimate(text.length, sums);
}

export class TokenEstimate {
  readonly #length: number;
  /** Tokens before the start of each block; the last entry is the total. */
  readonly #sums: readonly number[];

  constructor(length: number, sums: readonly number[]) {
    this.#length = length;
    this.#sums = sums;
  }

  /** Returns the estimated tokens before offset `at`; ascends with `at`. */
  before(at: number): number {
    const block = Math.floor(at / BLOCK_CHARACTERS);
    const low = this.#sums[block] ?? 0;
    const high = this.#sums[block + 1] ?? low;
    const begin = block * BLOCK_CHARACTERS;
    const length = Math.min(BLOCK_CHARACTERS, this.#length - begin);
    return length <= 0 ? low : low + ((high - low) * (at - begin)) / length;
  }

  /** Returns the offset with about `tokens` tokens before it: the inverse of `before`, rounded down. */
  offset(tokens: number): number {
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#sums[middle] ?? 0) <= tokens) low = middle;
      else high = middle - 1;
    }
    const begin = low * BLOCK_CHARACTERS;
    const sum = this.#sums[low] ?? 0;
    const next = this.#sums[low + 1];
    if (next === undefined) return this.#length;
    const length = Math.min(BLOCK_CHARACTERS, this.#length - begin);
    return Math.floor(begin + (length * (tokens - sum)) / (next - sum));
  }
}
