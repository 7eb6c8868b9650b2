/**
 * The usage meter: one event per invocation, written in groups. Invariants: `record` never waits and never fails; an event is
 * written once, however often a write is tried. Loss window: what was recorded in the last `flushMs` (200 ms unless told) before
 * a kill; and, while the database fails for long, the oldest events beyond `maxPending`, which are counted.
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
const MAX_PENDING = 20_000;
/** Events of one transaction: short enough not to hold up other writers. */
const EVENTS_PER_WRITE = 500;

/** What an invocation reports; the meter adds the id and the duration unless they are given. An id that is stored already is left as it is. */
export type UsageEvent = Omit<UsageEventRecord, 'id' | 'durationMs'> & { id?: string; durationMs?: number };

export interface UsageCounts {
  /** Recorded, not yet written. */
  pending: number;
  /** Given up because too many were waiting for a database that fails. */
  dropped: number;
  /** Refused by the database's rules, e.g. for a project that does not exist: a fault of the program. */
  refused: number;
}

export interface UsageMeter {
  record(event: UsageEvent): void;
  /** Writes everything recorded so far. Rejects with the database's error; what was not written is kept. Call at shutdown. */
  flush(): Promise<void>;
  counts(): UsageCounts;
}

export interface UsageMeterOptions {
  clock: Clock;
  ids: IdSource;
  /** Longest wait of an event in memory, ms. Default 200. */
  flushMs?: number | undefined;
  /** Most events kept while the database fails. Default 20,000. */
  maxPending?: number | undefined;
  /** Told of each failed write and each refused event. */
  onError?: ((error: unknown) => void) | undefined;
}

/** One bad event must not hold up the good ones that were written together with it. Answers the refusals. */
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
  const { clock, ids, flushMs = FLUSH_MS, maxPending = MAX_PENDING, onError = () => undefined } = options;
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
