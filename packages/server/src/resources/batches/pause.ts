/** A time until which nothing new is begun, for all lines of a batch together: what tells one of them to wait tells all. */
import { setTimeout as sleep } from 'node:timers/promises';

export class Pause {
  #until = 0;

  /** Begins nothing for so many ms from now, or longer where that was said before. */
  hold(ms: number): void {
    this.#until = Math.max(this.#until, performance.now() + ms);
  }

  /** Resolves when the time has come; rejects with the signal's reason. */
  async over(signal: AbortSignal): Promise<void> {
    for (let left = this.#until - performance.now(); left > 0; left = this.#until - performance.now()) {
      await sleep(left, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
    signal.throwIfAborted();
  }
}
