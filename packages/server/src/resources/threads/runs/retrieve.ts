import { threadRuns } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { currentRun } from './expire-run.ts';
import { toRun } from './to-run.ts';

export default implement(threadRuns.retrieve, (services) => async ({ params }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  return toRun(await currentRun(scope, services, params));
});
