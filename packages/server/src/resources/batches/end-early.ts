/** Ends a batch before its last line: cancels its running job; the answers so far become its files. */
import type { BatchChanges, BatchRecord } from '../../storage/repositories/batches.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import finish from './finish.task.ts';

/** Time for a worker to store its answers. */
const LAST_ANSWERS_MS = 1000;

/** Runs in a transaction. Returns the changed batch; undefined if the batch can no longer be ended. */
export async function endEarly(
  tx: ProjectRepositories,
  batchId: string,
  changes: BatchChanges,
  as: 'cancelled' | 'expired',
): Promise<BatchRecord | undefined> {
  const batch = await tx.batches.update(batchId, ['validating', 'in_progress'], changes);
  if (batch === undefined) return undefined;
  const working = batch.jobId === null ? 'absent' : await tx.jobs.cancel(batch.jobId);
  await tx.jobs.enqueue(finish.job({ batchId, as }, { delayMs: working === 'signalled' ? LAST_ANSWERS_MS : 0 }));
  return batch;
}
