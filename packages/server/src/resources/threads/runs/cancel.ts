/** `POST …/cancel`: a run that nobody works on is over at once; one that is worked on is told, and over soon. */
import { threadRuns } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { advance } from '../../../generation/loop/advance.ts';
import { currentRun } from './expire-run.ts';
import { findRun, toRun } from './to-run.ts';

export default implement(threadRuns.cancel, (services) => async ({ params }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const { threadId, id: runId } = await currentRun(scope, services, params);
  const run = await scope.transaction(async (inside) => {
    await inside.threads.lock(threadId);
    const { status, jobId } = await findRun(inside, params);
    const told = jobId === null ? 'absent' : await inside.jobs.cancel(jobId);
    // The job of a run that waits for its caller has nothing left to do.
    const working = told === 'signalled' && status !== 'requires_action';
    const cancelled = await advance(inside, services, { threadId, runId, event: { type: 'cancel', working } });
    if (cancelled === undefined) throw errors.runNotCancellable(status);
    return cancelled.run;
  });
  return toRun(run);
});
