/**
 * Decides when jobs of the Batch API run while online jobs are active. Invariant: batch jobs get one part in
 * `BATCH_SHARE` of the time, plus at most one round; they always get a turn at last, however long their rounds take.
 */

/** Batch jobs get 1 ms of this many. */
const BATCH_SHARE = 20;
/** Assumed duration of a round of batch jobs before one was measured. */
const FIRST_ROUND_MS = 20;

export class BatchShare {
  /** Unused part of the share. */
  #savedMs = 0;
  /** Duration of the last round of batch jobs, the estimate for the next one. */
  #lastMs = FIRST_ROUND_MS;

  /** Whether batch jobs may run a round now. */
  get isDue(): boolean {
    return this.#savedMs >= this.#lastMs;
  }

  /** Call after a round of online jobs. */
  earn(elapsedMs: number): void {
    this.#savedMs += elapsedMs / (BATCH_SHARE - 1);
  }

  /** Call after a round of batch jobs beside online jobs. */
  spend(elapsedMs: number): void {
    this.#savedMs = Math.max(0, this.#savedMs - elapsedMs);
    this.#lastMs = elapsedMs;
  }

  /** Call when no online jobs are active: unused time does not accumulate. */
  reset(): void {
    this.#savedMs = 0;
  }
}
