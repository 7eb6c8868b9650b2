import { threads } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

export default implement(threads.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.thread_id;
  const deleted = await repositories.forProject(principal.projectId).threads.delete(id);
  if (!deleted) throw errors.objectNotFound('Thread', id);
  return { id, object: 'thread.deleted' as const, deleted };
});
