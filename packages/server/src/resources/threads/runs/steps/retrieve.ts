import { threadRuns } from '@selfsame/contract';
import { errors } from '../../../../errors/catalogue.ts';
import { implement } from '../../../handler.ts';
import { findRun } from '../to-run.ts';
import { toRunStep } from './to-run-step.ts';

export default implement(threadRuns.steps.retrieve, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id } = await findRun(scope, params);
  const step = await scope.runSteps.retrieve(id, params.step_id);
  if (step === undefined) throw errors.objectNotFound('Run step', params.step_id);
  return toRunStep(step, query);
});
