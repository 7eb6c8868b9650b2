/**
 * Groups writes: callers of `schedule()` share one flush. Invariants: one flush runs at a time; everything scheduled
 * before `flush()` is written when it resolves; a failed flush is retried with exponential backoff.
 */

/** Maximum delay between retries. */
const MAX_RETRY_MS = 5000;

export interface DelayedFlush {
  /** Schedules a flush within the delay, or later while flushes fail. Does nothing when one is scheduled already. */
  schedule(): void;
  /** Flushes after a running flush. Rejects with the error of the flush, which is retried nevertheless. */
  flush(): Promise<void>;
}

export interface DelayedFlushOptions {
  /** Milliseconds from `schedule()` to the flush. */
  delayMs: number;
  /** Writes everything pending. On failure it keeps unwritten data and throws. */
  flush: () => Promise<void>;
  /** Called for every failure, also for those that `flush()` rejects with. */
  onError: (error: unknown) => void;
}

/** The timer does not keep the process alive: call `flush()` before exit. */
export function createDelayedFlush({ delayMs, flush, onError }: DelayedFlushOptions): DelayedFlush {
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let last: Promise<void> = Promise.resolve();

  function schedule(): void {
    if (timer !== undefined) return;
    const waitMs = failures === 0 ? delayMs : Math.min(delayMs * 2 ** failures, MAX_RETRY_MS);
    timer = setTimeout(() => {
      // `once` has reported the error and scheduled the retry.
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
