/** Gathers results into few transactions. Invariant: a result is kept at the latest 100 ms after it came; what a kill takes is run again. */
import { createDelayedFlush } from '../../lib/delayed-flush.ts';
import type { BatchRepository, LineResult } from '../../storage/repositories/batches.ts';

const LONGEST_WAIT_MS = 100;
const MOST_WAITING = 50;

export interface ResultKeeper {
  /** Rejects when an earlier result could not be kept. */
  add(result: LineResult): Promise<void>;
  /** Resolves when all that was added is kept. */
  flush(): Promise<void>;
}

export function createResultKeeper(batches: Pick<BatchRepository, 'record'>, batchId: string): ResultKeeper {
  let waiting: LineResult[] = [];
  let failure: { error: unknown } | undefined;
  const delayed = createDelayedFlush({
    delayMs: LONGEST_WAIT_MS,
    async flush() {
      const group = waiting;
      waiting = [];
      if (group.length === 0) return;
      try {
        await batches.record(batchId, group);
      } catch (error) {
        waiting = [...group, ...waiting];
        throw error;
      }
    },
    onError: (error) => {
      failure = { error };
    },
  });
  return {
    async add(result) {
      // A database that fails must not be run on without: its results would be held in memory for ever.
      if (failure !== undefined) throw failure.error;
      waiting.push(result);
      if (waiting.length >= MOST_WAITING) await delayed.flush();
      else delayed.schedule();
    },
    flush: delayed.flush,
  };
}
