import { conversations } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { findConversation, toConversationItem } from '../find-conversation.ts';

export default implement(
  conversations.items.retrieve,
  ({ repositories }) =>
    async ({ params, query }, { principal }) => {
      const scope = repositories.forProject(principal.projectId);
      const { id } = await findConversation(scope, params.conversation_id);
      const record = await scope.conversationItems.retrieve(id, params.item_id);
      if (record === undefined) throw errors.objectNotFound('Item', params.item_id, 'item_id');
      return toConversationItem(record, query.include);
    },
);
