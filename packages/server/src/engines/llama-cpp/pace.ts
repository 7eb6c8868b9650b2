/**
 * How many prompt tokens go into one round of the engine. Invariants: a round is meant to take ROUND_MS, so that nobody who decodes,
 * aborts or arrives waits longer for it, whatever the machine and the model; the figure is measured all the time. And a prompt is only
 * cut at multiples of ALIGNMENT: matrix kernels take rows in fours and compute the odd ones in another order, so that a cut elsewhere,
 * which depends on the clock, would change the logits a little and break "same seed, same answer". (That holds for a request that is
 * decoded alone. Rows of several requests share a batch, and four of them take another kernel than one: then a seed is best effort.)
 */

export interface PaceOptions {
  /** Most tokens of one batch. */
  batchTokens: number;
}

export interface Pace {
  /** Prompt tokens for each of `prompts` prompts in a round in which `decoding` others take one token each: a multiple of ALIGNMENT. */
  share(prompts: number, decoding: number): number;
  /** What a round with prompt tokens took. */
  record(tokens: number, elapsedMs: number): void;
}

/** Prompt positions, counted from its beginning, at which it may be cut. */
export const ALIGNMENT = 4;

const ROUND_MS = 150;
/** Before anything is measured. */
const FIRST_TOKENS = 32;
/** Fewer cost almost as much: reading the weights is the price. */
const LEAST_TOKENS = 8;
/** Weight of the latest measurement; a slower one counts at once. */
const NEWEST_WEIGHT = 0.3;

/** The last position up to `tokens` at which a prompt may be cut. */
export function alignDown(tokens: number): number {
  return tokens - (tokens % ALIGNMENT);
}

export function createPace({ batchTokens }: PaceOptions): Pace {
  let msPerToken = ROUND_MS / FIRST_TOKENS;
  return {
    share(prompts, decoding) {
      const wanted = Math.max(LEAST_TOKENS, Math.floor(ROUND_MS / msPerToken));
      const room = Math.min(wanted, batchTokens - decoding);
      return Math.max(LEAST_TOKENS, alignDown(Math.floor(room / Math.max(1, prompts))));
    },
    record(tokens, elapsedMs) {
      // A few tokens say nothing about the price of many.
      if (tokens < LEAST_TOKENS) return;
      const latest = elapsedMs / tokens;
      msPerToken = latest > msPerToken ? latest : msPerToken + NEWEST_WEIGHT * (latest - msPerToken);
    },
  };
}
