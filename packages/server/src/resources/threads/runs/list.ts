import { threadRuns } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { findThread } from '../to-thread.ts';
import { currentRun } from './expire-run.ts';
import { toRun } from './to-run.ts';

export default implement(threadRuns.list, (services) => async ({ params, query }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const thread = await findThread(scope, params.thread_id);
  if (thread.activeRunId !== null) {
    await currentRun(scope, services, { thread_id: thread.id, run_id: thread.activeRunId });
  }
  return toPage(await scope.runs.list(thread.id, query), toRun);
});
