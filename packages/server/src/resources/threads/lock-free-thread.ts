/**
 * The lock that adding messages to a thread and starting a run on it need. A run that has expired does not prevent
 * either.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../storage/repositories/threads.ts';
import type { AdvanceServices } from './runs/advance-run.ts';
import { expireRun } from './runs/expire-run.ts';

/**
 * Locks the thread until the end of the transaction.
 * @param refuse creates the error for a thread with an active run.
 * @throws ApiError, also if the thread does not exist.
 */
export async function lockFreeThread(
  tx: ProjectRepositories,
  services: AdvanceServices,
  { threadId, refuse }: { threadId: string; refuse: (threadId: string, runId: string) => ApiError },
): Promise<ThreadRecord> {
  const thread = await tx.threads.lock(threadId);
  if (thread === undefined) throw errors.objectNotFound('Thread', threadId);
  const { activeRunId: runId } = thread;
  if (runId === null) return thread;
  const run = await tx.runs.retrieve(threadId, runId);
  if (run === undefined || run.expiresAt > services.clock.now()) throw refuse(threadId, runId);
  await expireRun(tx, services, { threadId, runId });
  return { ...thread, activeRunId: null };
}
