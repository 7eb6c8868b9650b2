import { conversations } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { toConversation } from './find-conversation.ts';

export default implement(conversations.update, ({ repositories }) => async ({ params, body }, { principal }) => {
  const id = params.conversation_id;
  const updated = await repositories.forProject(principal.projectId).conversations.update(id, body.metadata ?? {});
  if (updated === undefined) throw errors.objectNotFound('Conversation', id, 'conversation_id');
  return toConversation(updated);
});
