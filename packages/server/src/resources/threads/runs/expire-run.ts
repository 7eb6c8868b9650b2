/** Ends a run whose time is over: by a job for those that nobody asks for, and at once for one that somebody does. */
import { isActive } from '../../../generation/loop/state-machine.ts';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { advance, type RunPlace, type Surroundings } from '../../../generation/loop/advance.ts';
import { findRun } from './to-run.ts';

/** Undefined where it is over already. Whoever works on it is told to stop. */
export async function expireRun(
  inside: ProjectRepositories,
  surroundings: Surroundings,
  place: RunPlace,
): Promise<RunRecord | undefined> {
  const expired = await advance(inside, surroundings, { ...place, event: { type: 'expire' } });
  if (expired === undefined) return undefined;
  if (expired.run.jobId !== null) await inside.jobs.cancel(expired.run.jobId);
  return expired.run;
}

/** The run that a request names, as it is now. @throws ApiError 404 */
export async function currentRun(
  scope: Transactional<ProjectRepositories>,
  surroundings: Surroundings,
  params: { thread_id: string; run_id: string },
): Promise<RunRecord> {
  const run = await findRun(scope, params);
  if (!isActive(run.status) || run.expiresAt > surroundings.clock.now()) return run;
  const place = { threadId: run.threadId, runId: run.id };
  await scope.transaction((inside) => expireRun(inside, surroundings, place));
  return findRun(scope, params);
}
