import { threads } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';

export default implement(threads.messages.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const { thread_id: threadId, message_id: id } = params;
  const deleted = await repositories.forProject(principal.projectId).messages.delete(threadId, id);
  if (!deleted) throw errors.objectNotFound('Message', id);
  return { id, object: 'thread.message.deleted' as const, deleted };
});
