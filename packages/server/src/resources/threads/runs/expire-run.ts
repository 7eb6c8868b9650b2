/** Expires runs: a periodic job does, and every request for a run whose expiry has passed. */
import { isActive } from '../../../generation/loop/loop-state.ts';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { type AdvanceServices, advanceRun } from './advance-run.ts';
import type { RunRef } from './run-store.ts';
import { findRun } from './to-run.ts';

/** Cancels the job that executes the run. Returns undefined if the run has ended already. */
export async function expireRun(
  tx: ProjectRepositories,
  services: AdvanceServices,
  ref: RunRef,
): Promise<RunRecord | undefined> {
  const expired = await advanceRun(tx, services, { ...ref, event: { type: 'expire' } });
  if (expired === undefined) return undefined;
  if (expired.run.jobId !== null) await tx.jobs.cancel(expired.run.jobId);
  return expired.run;
}

/** Returns the run of a request, expired if its time is up. @throws ApiError 404 */
export async function currentRun(
  scope: Transactional<ProjectRepositories>,
  services: AdvanceServices,
  params: { thread_id: string; run_id: string },
): Promise<RunRecord> {
  const run = await findRun(scope, params);
  if (!isActive(run.status) || run.expiresAt > services.clock.now()) return run;
  const ref = { threadId: run.threadId, runId: run.id };
  await scope.transaction((tx) => expireRun(tx, services, ref));
  return findRun(scope, params);
}
