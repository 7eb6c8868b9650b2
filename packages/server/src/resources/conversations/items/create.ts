import { conversations } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { toStoredItems } from '../../responses/input/to-stored-items.ts';
import { toPage } from '../../to-page.ts';
import { findConversation, toConversationItem } from '../find-conversation.ts';

export default implement(
  conversations.items.create,
  ({ repositories, ids }) =>
    async ({ params, query, body }, { principal }) => {
      const id = params.conversation_id;
      const scope = repositories.forProject(principal.projectId);
      const items = await toStoredItems(scope, body.items, { ids, param: 'items' });
      const records = await scope.transaction(async (tx) => {
        const { activeResponseId } = await findConversation(tx, id);
        if (activeResponseId !== null) throw errors.conversationLocked(id);
        return (await tx.conversationItems.append(id, items)) ?? [];
      });
      return toPage({ records, hasMore: false }, (record) => toConversationItem(record, query.include));
    },
);
