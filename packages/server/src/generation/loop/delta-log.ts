/** Writes the deltas of a run to its stream: grouped, and only while the attempt that writes them holds the run. */
import { createEventWriter, type Merge } from '../../events/event-writer.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import type { Holder, RunRef } from './advance.ts';

export interface DeltaLog {
  push(event: NewEvent): Promise<void>;
  /** Returns the pending deltas instead of writing them: the next transition writes them in its own transaction. */
  take(): Promise<readonly NewEvent[]>;
}

export interface DeltaLogOptions extends Holder {
  merge: Merge;
  /** Called if the attempt no longer holds the run; its deltas are discarded. */
  onLost(): void;
}

export function createDeltaLog(
  repositories: Transactional<ProjectRepositories>,
  { threadId, runId }: RunRef,
  { jobId, attempt, merge, onLost }: DeltaLogOptions,
): DeltaLog {
  let taken: NewEvent[] | undefined;
  const write = (events: readonly NewEvent[]) =>
    repositories.transaction(async (tx) => {
      await tx.threads.lock(threadId);
      const run = await tx.runs.retrieve(threadId, runId);
      const isExecuting = run?.status === 'in_progress' || run?.status === 'cancelling';
      const isHolder = isExecuting && run.jobId === jobId && run.attempt === attempt;
      if (isHolder) await tx.events.append(runId, events);
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
