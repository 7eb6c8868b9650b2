/**
 * Where a prompt is cut into pieces, and from where a cached one is read again. Matrix kernels take rows in fours and add up the odd ones
 * in another order, and fewer than four alone in yet another; flash attention does so for fewer than 64 rows: a cut elsewhere changes the
 * logits a little and with them the answer.
 * Invariant: which kernel computes a token of the prompt depends on its position and on the prompt's length, never on the clock or on
 * what was cached (but for what the state has of earlier answers, which lane.ts keeps from seeded requests): so a seed repeats exactly,
 * as long as a request is decoded alone, which rounds.ts sees to.
 */

/** Rows that are computed alike. */
const ALIGNMENT = 4;
/** Rows from which flash attention works in tiles, a good third faster. */
export const BLOCK_TOKENS = 64;
const MOST_SMALL_TOKENS = BLOCK_TOKENS - ALIGNMENT;

export const alignDown = (tokens: number, to: number = ALIGNMENT): number => tokens - (tokens % to);

export interface Cut {
  /** Tokens of the prompt that are evaluated already. */
  position: number;
  /** Tokens that are left. */
  left: number;
  /** Most tokens that the round has room for; a multiple of ALIGNMENT. */
  most: number;
  /** Whether this machine reads whole blocks of BLOCK_TOKENS; decided once per process. */
  blocks: boolean;
}

/** Length of the next piece; 0 = it does not fit into this round. */
export function cutPiece({ position, left, most, blocks }: Cut): number {
  const toBoundary = BLOCK_TOKENS - (position % BLOCK_TOKENS);
  if (blocks && toBoundary === BLOCK_TOKENS && left >= BLOCK_TOKENS) return most >= BLOCK_TOKENS ? BLOCK_TOKENS : 0;
  const limit = Math.min(left, blocks ? toBoundary : left, left > MOST_SMALL_TOKENS ? MOST_SMALL_TOKENS : left);
  const piece = limit <= most ? limit : alignDown(most);
  const rest = left - piece;
  if (rest === 0 || rest >= ALIGNMENT || (blocks && piece === toBoundary)) return piece;
  // So few rows alone would be computed in a way of their own.
  return piece > ALIGNMENT ? piece - ALIGNMENT : left;
}

export interface Cached {
  /** Tokens that the prompt and the state have in common. */
  shared: number;
  /** Tokens of the prompt. */
  length: number;
  /** Tokens of the prompt before, which the state begins with; what comes after them is its answer. */
  previous: number;
  blocks: boolean;
}

/**
 * How much of the state to keep. The last token is always evaluated again, because the answer is drawn from its logits, and with it
 * those that it would be evaluated with if nothing were cached: four rows at least.
 */
export function keepPrefix({ shared, length, previous, blocks }: Cached): number {
  const wanted = Math.max(0, Math.min(shared, length - ALIGNMENT));
  if (!blocks || wanted > previous) return alignDown(wanted);
  const wholeBlocks = alignDown(previous, BLOCK_TOKENS);
  if (wanted < wholeBlocks) return alignDown(wanted, BLOCK_TOKENS);
  return length < wholeBlocks + BLOCK_TOKENS ? alignDown(wanted) : wholeBlocks;
}
