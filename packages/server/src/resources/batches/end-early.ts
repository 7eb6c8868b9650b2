/** Ends a batch that has not come to its end: its running job is told, and what is answered by then becomes its files. */
import type { BatchChanges, BatchRecord } from '../../storage/repositories/batches.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import finish from './finish.task.ts';

/** What a worker gets to keep the answers that it has. */
const LAST_ANSWERS_MS = 1000;

/** Within a transaction. Answers the batch as it is then; undefined when it was beyond ending. */
export async function endEarly(
  inside: ProjectRepositories,
  batchId: string,
  changes: BatchChanges,
  as: 'cancelled' | 'expired',
): Promise<BatchRecord | undefined> {
  const batch = await inside.batches.update(batchId, ['validating', 'in_progress'], changes);
  if (batch === undefined) return undefined;
  const working = batch.jobId === null ? 'absent' : await inside.jobs.cancel(batch.jobId);
  await inside.jobs.enqueue(finish.job({ batchId, as }, { delayMs: working === 'signalled' ? LAST_ANSWERS_MS : 0 }));
  return batch;
}
