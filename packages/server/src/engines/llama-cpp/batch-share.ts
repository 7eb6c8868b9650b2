/**
 * When requests of batches have a turn while somebody waits for an answer. Invariant: of the time in which others are served they get about
 * one part in BATCH_SHARE, never more than one round beyond it, and never nothing: whatever a round of theirs took, its turn comes.
 */

/** Of so many milliseconds one is a batch's. */
const BATCH_SHARE = 20;
/** What a round of theirs is taken to need before one was measured. */
const FIRST_ROUND_MS = 20;

export class BatchShare {
  /** Milliseconds of the share that were not used. */
  #savedMs = 0;
  /** What their last round took: the next one is taken to be like it. */
  #lastMs = FIRST_ROUND_MS;

  /** Whether they have a turn now. */
  get due(): boolean {
    return this.#savedMs >= this.#lastMs;
  }

  /** Others were served for so long. */
  earn(elapsedMs: number): void {
    this.#savedMs += elapsedMs / (BATCH_SHARE - 1);
  }

  /** They had a turn beside others. */
  spend(elapsedMs: number): void {
    this.#savedMs = Math.max(0, this.#savedMs - elapsedMs);
    this.#lastMs = elapsedMs;
  }

  /** Nobody else is there, so they had all of it: nothing is saved up for later. */
  reset(): void {
    this.#savedMs = 0;
  }
}
