/**
 * Limits the prompt tokens of a round. The target is `ROUND_MS` per round on every machine and model, because decoding,
 * new and aborted requests wait for the current round. The time per token is measured continuously.
 */
import { alignDown } from './prompt-pieces.ts';

export interface PaceOptions {
  /** Maximum tokens per batch. */
  batchTokens: number;
  /** Whether every token is scored, which is expensive. Default false. */
  scored?: boolean;
  /** Time per token on an idle processor. Default Infinity = unknown. */
  tokenMs?: number;
}

export interface Pace {
  /**
   * Returns the prompt tokens for a round of `roundMs` (default 120) with `decoding` other tokens: a multiple of four.
   */
  budget(decoding: number, roundMs?: number): number;
  /** Call after a round with prompt tokens. */
  record(tokens: number, elapsedMs: number): void;
}

/** Leaves a margin to 200 ms for rounds that take longer than the last ones. */
const ROUND_MS = 120;
/** Tokens of a round before the first measurement. */
const INITIAL_TOKENS = 32;
/** Fewer tokens take almost the same time, because reading the weights dominates. */
const MIN_TOKENS = 8;
/** The number of rows that kernels process together. */
const MIN_SCORED_TOKENS = 4;
/** Weight of a measurement that is faster than the average. A slower one replaces the average. */
const NEWEST_WEIGHT = 0.3;
/**
 * Lower limit, as a share of the tokens that an idle machine evaluates in a round. On a busy machine a round waits for
 * a core regardless of its size: smaller pieces would not shorten the rounds and would take longer in total.
 */
const MIN_SHARE = 0.25;

export function createPace({ batchTokens, scored = false, tokenMs = Number.POSITIVE_INFINITY }: PaceOptions): Pace {
  const minTokens = scored ? MIN_SCORED_TOKENS : MIN_TOKENS;
  let msPerToken = Number.isFinite(tokenMs) ? tokenMs : ROUND_MS / (scored ? minTokens : INITIAL_TOKENS);
  return {
    budget(decoding, roundMs = ROUND_MS) {
      const tokens = Math.max(roundMs / msPerToken, (MIN_SHARE * roundMs) / tokenMs);
      return Math.max(minTokens, alignDown(Math.min(Math.floor(tokens), batchTokens - decoding)));
    },
    record(tokens, elapsedMs) {
      // The time for a few tokens does not predict the time for many.
      if (tokens < minTokens) return;
      const latest = elapsedMs / tokens;
      msPerToken = latest > msPerToken ? latest : msPerToken + NEWEST_WEIGHT * (latest - msPerToken);
    },
  };
}
