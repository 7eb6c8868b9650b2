/** `DELETE /threads/{thread_id}`: deletes the thread, and the container in which its runs executed code. */
import { threads } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { deleteContainer } from '../containers/delete-container.ts';
import { implement } from '../handler.ts';
import { toContainerId } from './runs/code-container.ts';

export default implement(threads.delete, (services) => async ({ params }, { principal }) => {
  const id = params.thread_id;
  const scope = services.repositories.forProject(principal.projectId);
  const deleted = await scope.threads.delete(id);
  if (!deleted) throw errors.objectNotFound('Thread', id);
  await deleteContainer(services, scope, toContainerId(id));
  return { id, object: 'thread.deleted' as const, deleted };
});
