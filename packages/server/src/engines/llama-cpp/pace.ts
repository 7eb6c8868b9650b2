/**
 * How many prompt tokens go into one round of the engine. Invariant: a round is meant to take ROUND_MS, so that nobody who decodes,
 * aborts or arrives waits longer for it, whatever the machine and the model; the figure is measured all the time.
 */
import { alignDown } from './prompt-pieces.ts';

export interface PaceOptions {
  /** Most tokens of one batch. */
  batchTokens: number;
  /** Whether every token is scored: then each is dear, and a few say enough. Default false. */
  scored?: boolean;
  /** What a token takes where nothing else wants the processor. Default, Infinity: unknown. */
  tokenMs?: number;
}

export interface Pace {
  /** Prompt tokens for a round of `roundMs` in which `decoding` others take one token each: a multiple of four. Default 120 ms. */
  budget(decoding: number, roundMs?: number): number;
  /** What a round with prompt tokens took. */
  record(tokens: number, elapsedMs: number): void;
}

/** Far enough below 200 ms that rounds which turn out dearer than the last ones still are. */
const ROUND_MS = 120;
/** Before anything is measured. */
const FIRST_TOKENS = 32;
/** Fewer cost almost as much: reading the weights is the price. */
const LEAST_TOKENS = 8;
/** Where tokens are scored: as many as kernels take at once. */
const LEAST_SCORED_TOKENS = 4;
/** Weight of the latest measurement; a slower one counts at once. */
const NEWEST_WEIGHT = 0.3;
/**
 * Part of what fits a round on a machine of one's own that is read even so: on a crowded one a round waits for a core whatever it
 * reads, and pieces that shrink with that wait would make nothing shorter and everything take longer.
 */
const LEAST_SHARE = 0.25;

export function createPace({ batchTokens, scored = false, tokenMs = Number.POSITIVE_INFINITY }: PaceOptions): Pace {
  const fewest = scored ? LEAST_SCORED_TOKENS : LEAST_TOKENS;
  let msPerToken = Number.isFinite(tokenMs) ? tokenMs : ROUND_MS / (scored ? fewest : FIRST_TOKENS);
  return {
    budget(decoding, roundMs = ROUND_MS) {
      const tokens = Math.max(roundMs / msPerToken, (LEAST_SHARE * roundMs) / tokenMs);
      return Math.max(fewest, alignDown(Math.min(Math.floor(tokens), batchTokens - decoding)));
    },
    record(tokens, elapsedMs) {
      // A few tokens say nothing about the price of many.
      if (tokens < fewest) return;
      const latest = elapsedMs / tokens;
      msPerToken = latest > msPerToken ? latest : msPerToken + NEWEST_WEIGHT * (latest - msPerToken);
    },
  };
}
