import { threadRuns } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { findRun, toRun } from './to-run.ts';

export default implement(threadRuns.update, ({ repositories }) => async ({ params, body }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { threadId, id } = await findRun(scope, params);
  const fields = body.metadata === undefined ? {} : { metadata: body.metadata ?? {} };
  const run = await scope.transaction(async ({ threads, runs }) => {
    await threads.lock(threadId);
    return runs.update(threadId, id, fields);
  });
  if (run === undefined) throw errors.objectNotFound('Run', id);
  return toRun(run);
});
