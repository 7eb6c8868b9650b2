/**
 * Claims due jobs of one queue while slots are free. Invariants: at most one poll of the queue runs at a time; a wake
 * during a poll causes another poll; a failing database is polled with exponential backoff.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClaimOptions, JobRecord, SystemJobRepository } from '../storage/repositories/jobs.ts';

/** Maximum delay of a due job if no wake arrives. */
const POLL_MS = 5000;
const MIN_PAUSE_MS = 100;

export interface QueueWorkerOptions {
  jobs: SystemJobRepository;
  claim: Omit<ClaimOptions, 'limit' | 'leaseId'>;
  leaseId: () => string;
  /** Maximum number of jobs that run in parallel. */
  slots: number;
  run: (job: JobRecord, leaseId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

export class QueueWorker {
  readonly #options: QueueWorkerOptions;
  #running = 0;
  #polling: Promise<void> | undefined;
  #pollAgain = false;
  #isStopped = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: QueueWorkerOptions) {
    this.#options = options;
  }

  /** Polls now, or again after the running poll. */
  wake(): void {
    if (this.#isStopped) return;
    this.#pollAgain = true;
    this.#polling ??= this.#poll();
  }

  /** Claims no more jobs. Resolves when the running poll has ended and every claimed job has started. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#polling;
  }

  async #poll(): Promise<void> {
    try {
      do {
        this.#pollAgain = false;
        this.#pollIn(await this.#claimDue());
      } while (this.#pollAgain && !this.#isStopped);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#options.onError(error);
      this.#pollIn(MIN_PAUSE_MS * 2 ** this.#failures);
    } finally {
      this.#polling = undefined;
    }
  }

  #pollIn(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => this.wake(), Math.max(1, Math.min(delayMs, POLL_MS)));
    this.#timer.unref();
  }

  /** Claims due jobs for the free slots. Returns the delay until the next poll in milliseconds. */
  async #claimDue(): Promise<number> {
    const { jobs, claim, leaseId, slots } = this.#options;
    for (;;) {
      const free = slots - this.#running;
      // The end of a job wakes this worker.
      if (free <= 0 || this.#isStopped) return POLL_MS;
      // The SQLite calls below are synchronous: without this, short jobs would block the event loop.
      await nextTurn();
      const dueInMs = await jobs.nextDueInMs(claim);
      if (dueInMs === undefined || dueInMs > 0) return dueInMs ?? POLL_MS;
      const lease = leaseId();
      const claimed = await jobs.claim({ ...claim, limit: free, leaseId: lease });
      for (const job of claimed) this.#start(job, lease);
      // Other workers claimed them first.
      if (claimed.length === 0) return MIN_PAUSE_MS;
    }
  }

  #start(job: JobRecord, lease: string): void {
    this.#running += 1;
    void this.#options.run(job, lease).finally(() => {
      this.#running -= 1;
      this.wake();
    });
  }
}
