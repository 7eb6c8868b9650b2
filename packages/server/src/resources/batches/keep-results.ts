/**
 * Groups results into few transactions. Invariant: a result is stored within 100 ms; a line whose result a kill loses
 * runs again.
 */
import { createDelayedFlush } from '../../lib/delayed-flush.ts';
import type { BatchRepository, LineResult } from '../../storage/repositories/batches.ts';

const MAX_WAIT_MS = 100;
const MAX_WAITING = 50;

export interface ResultKeeper {
  /** Rejects if an earlier result could not be stored. */
  add(result: LineResult): Promise<void>;
  /** Resolves when all added results are stored. */
  flush(): Promise<void>;
}

export function createResultKeeper(batches: Pick<BatchRepository, 'record'>, batchId: string): ResultKeeper {
  let waiting: LineResult[] = [];
  let failure: { error: unknown } | undefined;
  const delayed = createDelayedFlush({
    delayMs: MAX_WAIT_MS,
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
      // Without a database the batch must stop: its results would pile up in memory.
      if (failure !== undefined) throw failure.error;
      waiting.push(result);
      if (waiting.length >= MAX_WAITING) await delayed.flush();
      else delayed.schedule();
    },
    flush: delayed.flush,
  };
}
