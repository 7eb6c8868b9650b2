/**
 * How many prompt tokens go into one round of the engine. Invariant: a round is meant to take ROUND_MS, so that nobody who decodes,
 * aborts or arrives waits longer for it, whatever the machine and the model; the figure is measured all the time.
 */

export interface PaceOptions {
  /** Most tokens of one batch. */
  batchTokens: number;
}

export interface Pace {
  /** Prompt tokens for each of `prompts` prompts in a round in which `decoding` others take one token each. At least 1. */
  share(prompts: number, decoding: number): number;
  /** What a round with prompt tokens took. */
  record(tokens: number, elapsedMs: number): void;
}

const ROUND_MS = 100;
/** Before anything is measured. */
const FIRST_TOKENS = 32;
/** Fewer do not make a round shorter: reading the weights once costs the most. */
const LEAST_TOKENS = 8;
/** Weight of the latest measurement; a slower one counts at once. */
const NEWEST_WEIGHT = 0.3;

export function createPace({ batchTokens }: PaceOptions): Pace {
  let msPerToken = ROUND_MS / FIRST_TOKENS;
  return {
    share(prompts, decoding) {
      const wanted = Math.max(LEAST_TOKENS, Math.floor(ROUND_MS / msPerToken));
      const room = Math.min(wanted, batchTokens - decoding);
      return Math.max(1, Math.floor(room / Math.max(1, prompts)));
    },
    record(tokens, elapsedMs) {
      // A few tokens say nothing about the price of many.
      if (tokens < LEAST_TOKENS) return;
      const latest = Math.max(elapsedMs / tokens, ROUND_MS / (4 * batchTokens));
      msPerToken = latest > msPerToken ? latest : msPerToken + NEWEST_WEIGHT * (latest - msPerToken);
    },
  };
}
