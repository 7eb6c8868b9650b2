/** Delays the start of further lines of a batch: a retry delay of one line applies to all. */
import { setTimeout as sleep } from 'node:timers/promises';

export class Pause {
  #until = 0;

  /** Delays further lines by at least this many ms from now. */
  hold(ms: number): void {
    this.#until = Math.max(this.#until, performance.now() + ms);
  }

  /** Resolves when the delay has passed; rejects with the reason of the signal. */
  async over(signal: AbortSignal): Promise<void> {
    for (let left = this.#until - performance.now(); left > 0; left = this.#until - performance.now()) {
      await sleep(left, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
    signal.throwIfAborted();
  }
}
