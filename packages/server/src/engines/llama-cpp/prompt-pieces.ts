/**
 * Cuts a prompt into pieces, and decides how much of a cached prompt is evaluated again. Matrix kernels process rows in
 * blocks of four and sum the remaining rows in another order; flash attention does the same below 64 rows. Other cuts
 * would change the logits slightly, and with them the answer.
 * Invariant: the kernel for a prompt token depends on its position and on the length of the prompt, never on time or on
 * the cache. Seeded jobs therefore repeat exactly: rounds.ts decodes them alone, and lane.ts does not let them reuse
 * the state of earlier answers.
 */

/** Rows that matrix kernels process together. */
const ALIGNMENT = 4;
/** Minimum rows for which flash attention works in tiles, which is about a third faster. */
export const BLOCK_TOKENS = 64;
const MAX_SMALL_TOKENS = BLOCK_TOKENS - ALIGNMENT;

export const alignDown = (tokens: number, to: number = ALIGNMENT): number => tokens - (tokens % to);

export interface Cut {
  /** Prompt tokens that are evaluated. */
  position: number;
  /** Prompt tokens that are not evaluated. */
  left: number;
  /** Maximum tokens for this round; a multiple of ALIGNMENT. */
  most: number;
  /** Whether this machine evaluates whole blocks of BLOCK_TOKENS; decided once per process. */
  blocks: boolean;
}

/** Returns the length of the next piece; 0 = it does not fit into this round. */
export function cutPiece({ position, left, most, blocks }: Cut): number {
  const toBoundary = BLOCK_TOKENS - (position % BLOCK_TOKENS);
  if (blocks && toBoundary === BLOCK_TOKENS && left >= BLOCK_TOKENS) return most >= BLOCK_TOKENS ? BLOCK_TOKENS : 0;
  const limit = Math.min(left, blocks ? toBoundary : left, left > MAX_SMALL_TOKENS ? MAX_SMALL_TOKENS : left);
  const piece = limit <= most ? limit : alignDown(most);
  const rest = left - piece;
  if (rest === 0 || rest >= ALIGNMENT || (blocks && piece === toBoundary)) return piece;
  // Fewer than ALIGNMENT rows alone would use another kernel.
  return piece > ALIGNMENT ? piece - ALIGNMENT : left;
}

export interface Cached {
  /** Tokens that the prompt and the state have in common. */
  shared: number;
  /** Tokens of the prompt. */
  length: number;
  /** Tokens of the previous prompt, with which the state starts; its answer follows. */
  previous: number;
  blocks: boolean;
}

/**
 * Returns how much of the state to keep. The last token is always evaluated again, because the answer is drawn from its
 * logits, together with the tokens that it would be evaluated with if nothing were cached: at least four rows.
 */
export function keepPrefix({ shared, length, previous, blocks }: Cached): number {
  const wanted = Math.max(0, Math.min(shared, length - ALIGNMENT));
  if (!blocks || wanted > previous) return alignDown(wanted);
  const wholeBlocks = alignDown(previous, BLOCK_TOKENS);
  if (wanted < wholeBlocks) return alignDown(wanted, BLOCK_TOKENS);
  return length < wholeBlocks + BLOCK_TOKENS ? alignDown(wanted) : wholeBlocks;
}
