import { conversations } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

export default implement(conversations.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.conversation_id;
  const deleted = await repositories.forProject(principal.projectId).conversations.delete(id);
  if (!deleted) throw errors.objectNotFound('Conversation', id, 'conversation_id');
  return { id, object: 'conversation.deleted' as const, deleted };
});
