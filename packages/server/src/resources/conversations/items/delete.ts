import { conversations } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { findConversation, toConversation } from '../find-conversation.ts';

export default implement(conversations.items.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const record = await findConversation(scope, params.conversation_id);
  const deleted = await scope.conversationItems.delete(record.id, params.item_id);
  if (!deleted) throw errors.objectNotFound('Item', params.item_id, 'item_id');
  return toConversation(record);
});
