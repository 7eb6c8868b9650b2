/** How long a failed job waits: 2 s, 4 s, 8 s, … to an hour, a quarter more or less so that jobs which failed together do not return together. */

const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 3_600_000;
const JITTER = 0.25;

/** Milliseconds after the given attempt (1, 2, …). `random` answers 0 to 1. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, attempt - 1), LONGEST_DELAY_MS);
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * random()));
}
