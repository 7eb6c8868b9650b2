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

export interface Lane {
  /** Looks now, or again after the look under way. */
  wake(): void;
  /** Takes no more jobs. Resolves when the look under way has ended: every job that was taken has then begun. */
  stop(): Promise<void>;
}

export function createLane({ jobs, claim, leaseId, places, run, onError }: LaneOptions): Lane {
  let running = 0;
  let looking: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  function lookIn(delayMs: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(wake, Math.max(1, Math.min(delayMs, POLL_MS)));
    timer.unref();
  }

  function begin(job: JobRecord, lease: string): void {
    running += 1;
    void run(job, lease).finally(() => {
      running -= 1;
      wake();
    });
  }

  /** Takes what is due and fits; answers when to look again, ms. */
  async function take(): Promise<number> {
    for (;;) {
      const free = places - running;
      // Whoever ends wakes this lane.
      if (free <= 0 || stopped) return POLL_MS;
      // On SQLite nothing below waits for the outside: without this, quick jobs would keep everybody else from their turn.
      await nextTurn();
      const dueInMs = await jobs.nextDueInMs(claim);
      if (dueInMs === undefined || dueInMs > 0) return dueInMs ?? POLL_MS;
      const lease = leaseId();
      const taken = await jobs.claim({ ...claim, limit: free, leaseId: lease });
      for (const job of taken) begin(job, lease);
      // Others were quicker.
      if (taken.length === 0) return FIRST_PAUSE_MS;
    }
  }

  async function look(): Promise<void> {
    try {
      do {
        again = false;
        lookIn(await take());
      } while (again && !stopped);
      failures = 0;
    } catch (error) {
      failures += 1;
      onError(error);
      lookIn(FIRST_PAUSE_MS * 2 ** failures);
    } finally {
      looking = undefined;
    }
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    looking ??= look();
  }

  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
