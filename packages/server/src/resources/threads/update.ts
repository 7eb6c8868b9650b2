import { threads } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toToolResources } from '../assistants/tool-resources.ts';
import { implement } from '../handler.ts';
import { toThread } from './to-thread.ts';

export default implement(threads.update, ({ repositories }) => async ({ params, body }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { tool_resources: resources, metadata } = body;
  const record = await scope.threads.update(params.thread_id, {
    ...(resources === undefined ? {} : { toolResources: await toToolResources(scope, resources) }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
  });
  if (record === undefined) throw errors.objectNotFound('Thread', params.thread_id);
  return toThread(record);
});
