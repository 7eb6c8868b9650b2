/** Writes the deltas of a loop to its stream: grouped, and only while the attempt that writes them holds the loop. */
import { createEventWriter, type Merge } from '../../events/event-writer.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { Holder } from './advance.ts';
import type { LoopStore } from './loop-store.ts';

export interface DeltaLog {
  push(event: NewEvent): Promise<void>;
  /** Returns the pending deltas instead of writing them: the next transition writes them in its own transaction. */
  take(): Promise<readonly NewEvent[]>;
}

export interface DeltaLogOptions extends Holder {
  merge: Merge;
  /** Called if the attempt no longer holds the loop; its deltas are discarded. */
  onLost(): void;
}

export function createDeltaLog(
  store: Pick<LoopStore, 'id' | 'transaction'>,
  { jobId, attempt, merge, onLost }: DeltaLogOptions,
): DeltaLog {
  let taken: NewEvent[] | undefined;
  const write = (events: readonly NewEvent[]) =>
    store.transaction(async (tx) => {
      const record = await tx.lock();
      const isExecuting = record?.status === 'in_progress' || record?.status === 'cancelling';
      const isHolder = isExecuting && record.jobId === jobId && record.attempt === attempt;
      if (isHolder) await tx.events.append(store.id, events);
      return isHolder;
    });
  const append = async (events: readonly NewEvent[]) => {
    if (taken !== undefined) taken.push(...events);
    else if (!(await write(events))) onLost();
  };
  const { push, flush } = createEventWriter({ append, merge });
  return {
    push,
    async take() {
      const pending: NewEvent[] = [];
      taken = pending;
      await flush();
      taken = undefined;
      return pending;
    },
  };
}
