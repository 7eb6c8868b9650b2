/** Whoever adds to a thread, or runs on it, locks it first; a run whose time is over is no hindrance any more. */
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../storage/repositories/threads.ts';
import type { Services } from '../services.ts';
import { expireRun } from './runs/expire-run.ts';

/** Holds until the transaction's end. Throws 404 when there is no such thread, `active_run` when a run of it is active. */
export async function lockFreeThread(
  inside: ProjectRepositories,
  services: Pick<Services, 'clock' | 'ids'>,
  threadId: string,
): Promise<ThreadRecord> {
  const thread = await inside.threads.lock(threadId);
  if (thread === undefined) throw errors.objectNotFound('Thread', threadId);
  const { activeRunId: runId } = thread;
  if (runId === null) return thread;
  const run = await inside.runs.retrieve(threadId, runId);
  if (run === undefined || run.expiresAt > services.clock.now()) throw errors.activeRun(threadId, runId);
  await expireRun(inside, services, { threadId, runId });
  return { ...thread, activeRunId: null };
}
