/**
 * Groups writes: whoever has something to write calls `schedule()`, and one flush follows. Invariants: one flush at a time;
 * what was scheduled before `flush()` is called is flushed when it resolves; a failed flush is tried again, ever more slowly.
 */

/** A failing flush is tried again after twice the delay, four times, … but at least this often. */
const SLOWEST_RETRY_MS = 5000;

export interface DelayedFlush {
  /** Something waits: flush within the delay, or later while flushes fail. Costs nothing when one is due already. */
  schedule(): void;
  /** Flushes now, waiting for one under way first. Rejects with the flush's error; the next try is scheduled all the same. */
  flush(): Promise<void>;
}

export interface DelayedFlushOptions {
  /** Milliseconds from `schedule()` to the flush. */
  delayMs: number;
  /** Writes all that waits; on failure it keeps what was not written and throws. */
  flush: () => Promise<void>;
  /** Told of every failure, also of those that `flush()` rejects with. */
  onError: (error: unknown) => void;
}

/** The timer does not keep the process alive: call `flush()` before exit. */
export function createDelayedFlush({ delayMs, flush, onError }: DelayedFlushOptions): DelayedFlush {
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let last: Promise<void> = Promise.resolve();

  function schedule(): void {
    if (timer !== undefined) return;
    const waitMs = failures === 0 ? delayMs : Math.min(delayMs * 2 ** failures, SLOWEST_RETRY_MS);
    timer = setTimeout(() => {
      // `once` has reported the error and scheduled the next try.
      run().catch(() => undefined);
    }, waitMs);
    timer.unref();
  }

  async function once(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    try {
      await flush();
      failures = 0;
    } catch (error) {
      failures += 1;
      schedule();
      onError(error);
      throw error;
    }
  }

  function run(): Promise<void> {
    last = last.then(once, once);
    return last;
  }

  return { schedule, flush: run };
}
