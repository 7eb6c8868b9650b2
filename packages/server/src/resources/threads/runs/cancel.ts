/** `POST …/cancel`: cancels a run immediately, or, if a worker executes it, as soon as the worker has stopped. */
import { threadRuns } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { advanceRun } from './advance-run.ts';
import { currentRun } from './expire-run.ts';
import { findRun, toRun, toWireStatus } from './to-run.ts';

export default implement(threadRuns.cancel, (services) => async ({ params }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const { threadId, id: runId } = await currentRun(scope, services, params);
  const run = await scope.transaction(async (tx) => {
    await tx.threads.lock(threadId);
    const { status, jobId } = await findRun(tx, params);
    const job = jobId === null ? 'absent' : await tx.jobs.cancel(jobId);
    // The job of a run that waits for outputs has nothing left to do.
    const isExecuting = job === 'signalled' && status !== 'waiting_for_outputs';
    const cancelled = await advanceRun(tx, services, { threadId, runId, event: { type: 'cancel', isExecuting } });
    if (cancelled === undefined) throw errors.runNotCancellable(toWireStatus(status));
    return cancelled.run;
  });
  return toRun(run);
});
