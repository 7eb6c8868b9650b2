import { threadRuns } from '@selfsame/contract';
import { implement } from '../../../handler.ts';
import { toPage } from '../../../to-page.ts';
import { findRun } from '../to-run.ts';
import { toRunStep } from './to-run-step.ts';

export default implement(threadRuns.steps.list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id } = await findRun(scope, params);
  return toPage(await scope.runSteps.list(id, query), (step) => toRunStep(step, query));
});
