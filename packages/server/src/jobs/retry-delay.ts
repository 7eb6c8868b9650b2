/**
 * Backoff of failed jobs: 2 s, 4 s, 8 s, … up to an hour, with 25 % jitter so that jobs which failed together do not
 * retry together.
 */

const MIN_DELAY_MS = 2000;
const MAX_DELAY_MS = 3_600_000;
const JITTER = 0.25;

/** Returns the delay in milliseconds after the given attempt (1, 2, …). `random` returns 0 to 1. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const delayMs = Math.min(MIN_DELAY_MS * 2 ** Math.max(0, attempt - 1), MAX_DELAY_MS);
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * random()));
}
