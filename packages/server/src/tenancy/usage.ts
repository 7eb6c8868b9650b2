/**
 * The usage meter: one event per invocation, written in groups. Invariants: `record` never waits and never fails; an
 * event is written once, however often a write is retried. A kill loses events of the last `flushMs` (default 200 ms).
 * While the database fails, the oldest events beyond `maxPending` are dropped and counted.
 */
import type { Clock } from '../lib/clock.ts';
import { createDelayedFlush } from '../lib/delayed-flush.ts';
import type { IdSource } from '../lib/ids.ts';
import type { UsageEventRecord } from '../storage/repositories/records.ts';
import {
  ConstraintViolation,
  type Repositories,
  type UsageEventRepository,
} from '../storage/repositories/repositories.ts';

const FLUSH_MS = 200;
/** About 10 MB of memory. */
const MAX_PENDING_EVENTS = 20_000;
/** Events per transaction, few enough not to block other writers for long. */
const EVENTS_PER_WRITE = 500;

/**
 * The report of an invocation. The meter adds a missing id and duration. An event whose id is already stored is
 * skipped.
 */
export type UsageEvent = Omit<UsageEventRecord, 'id' | 'durationMs'> & { id?: string; durationMs?: number };

export interface UsageCounts {
  /** Recorded but not yet written. */
  pending: number;
  /** Dropped because too many events waited for a failing database. */
  dropped: number;
  /** Refused by a constraint of the database, e.g. for an unknown project. This is a defect of the program. */
  refused: number;
}

export interface UsageMeter {
  record(event: UsageEvent): void;
  /**
   * Writes all recorded events. Rejects with the error of the database and keeps unwritten events. Call at shutdown.
   */
  flush(): Promise<void>;
  counts(): UsageCounts;
}

export interface UsageMeterOptions {
  clock: Clock;
  ids: IdSource;
  /** Maximum wait of an event in memory, in milliseconds. Default 200. */
  flushMs?: number | undefined;
  /** Maximum number of events kept while the database fails. Default 20,000. */
  maxPending?: number | undefined;
  /** Called for each failed write and each refused event. */
  onError?: ((error: unknown) => void) | undefined;
}

/** Writes events one by one, so that a refused event does not block the others. Returns the refusals. */
async function writeOneByOne(
  usageEvents: UsageEventRepository,
  events: readonly UsageEventRecord[],
): Promise<ConstraintViolation[]> {
  const refusals: ConstraintViolation[] = [];
  for (const event of events) {
    try {
      await usageEvents.insertMany([event]);
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      refusals.push(error);
    }
  }
  return refusals;
}

export function createUsageMeter(repositories: Repositories, options: UsageMeterOptions): UsageMeter {
  const { clock, ids, flushMs = FLUSH_MS, maxPending = MAX_PENDING_EVENTS, onError = () => undefined } = options;
  const { usageEvents } = repositories.system();
  let pending: UsageEventRecord[] = [];
  let writing: UsageEventRecord[] = [];
  let dropped = 0;
  let refused = 0;

  async function write(events: readonly UsageEventRecord[]): Promise<void> {
    try {
      await usageEvents.insertMany(events);
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      const refusals = await writeOneByOne(usageEvents, events);
      refused += refusals.length;
      for (const refusal of refusals) onError(refusal);
    }
  }

  function dropBeyondLimit(): void {
    const excess = pending.length - maxPending;
    if (excess <= 0) return;
    pending.splice(0, excess);
    dropped += excess;
  }

  async function writePending(): Promise<void> {
    while (pending.length > 0) {
      writing = pending.splice(0, EVENTS_PER_WRITE);
      try {
        await write(writing);
      } catch (error) {
        pending = [...writing, ...pending];
        dropBeyondLimit();
        throw error;
      } finally {
        writing = [];
      }
    }
  }

  const delayed = createDelayedFlush({ delayMs: flushMs, flush: writePending, onError });

  return {
    record(event) {
      const durationMs = Math.max(0, Math.round(event.durationMs ?? clock.now() - event.startedAt));
      pending.push({ ...event, id: event.id ?? ids('usage_'), durationMs });
      dropBeyondLimit();
      delayed.schedule();
    },
    flush: delayed.flush,
    counts: () => ({ pending: pending.length + writing.length, dropped, refused }),
  };
}
