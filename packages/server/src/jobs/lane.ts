/**
 * One queue in one worker: takes due jobs while it has places. Invariant: one look at the queue at a time; a wake during a look leads to
 * another look; a failing database is asked again, ever more slowly.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClaimOptions, JobRecord, SystemJobRepository } from '../storage/repositories/jobs.ts';

/** Where no wake reaches: the longest a due job waits to be seen. */
const POLL_MS = 5000;
const FIRST_PAUSE_MS = 100;

export interface LaneOptions {
  jobs: SystemJobRepository;
  claim: Omit<ClaimOptions, 'limit' | 'leaseId'>;
  leaseId: () => string;
  /** Most jobs at once. */
  places: number;
  run: (job: JobRecord, leaseId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

export class Lane {
  readonly #options: LaneOptions;
  #running = 0;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Looks now, or again after the look under way. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#looking ??= this.#look();
  }

  /** Takes no more jobs. Resolves when the look under way has ended: every job that was taken has then begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      do {
        this.#again = false;
        this.#lookIn(await this.#take());
      } while (this.#again && !this.#stopped);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#options.onError(error);
      this.#lookIn(FIRST_PAUSE_MS * 2 ** this.#failures);
    } finally {
      this.#looking = undefined;
    }
  }

  #lookIn(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.wake(), Math.max(1, Math.min(delayMs, POLL_MS)));
    this.#timer.unref();
  }

  /** Takes what is due and fits; answers when to look again, ms. */
  async #take(): Promise<number> {
    const { jobs, claim, leaseId, places } = this.#options;
    for (;;) {
      const free = places - this.#running;
      // Whoever ends wakes this lane.
      if (free <= 0 || this.#stopped) return POLL_MS;
      // On SQLite nothing below waits for the outside: without this, quick jobs would keep everybody else from their turn.
      await nextTurn();
      const dueInMs = await jobs.nextDueInMs(claim);
      if (dueInMs === undefined || dueInMs > 0) return dueInMs ?? POLL_MS;
      const lease = leaseId();
      const taken = await jobs.claim({ ...claim, limit: free, leaseId: lease });
      for (const job of taken) this.#begin(job, lease);
      // Others were quicker.
      if (taken.length === 0) return FIRST_PAUSE_MS;
    }
  }

  #begin(job: JobRecord, lease: string): void {
    this.#running += 1;
    void this.#options.run(job, lease).finally(() => {
      this.#running -= 1;
      this.wake();
    });
  }
}
