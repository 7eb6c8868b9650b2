import { conversations } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { createCompactions } from '../../responses/compaction/compactions.ts';
import { toStoredItems } from '../../responses/input/to-stored-items.ts';
import { toPage } from '../../to-page.ts';
import { findConversation, toConversationItem } from '../find-conversation.ts';

export default implement(
  conversations.items.create,
  (services) =>
    async ({ params, query, body }, { principal, signal }) => {
      const id = params.conversation_id;
      const scope = services.repositories.forProject(principal.projectId);
      const compactions = createCompactions(services, principal.projectId);
      const items = await toStoredItems(scope, body.items, { services, param: 'items', signal, compactions });
      const records = await scope.transaction(async (tx) => {
        const { activeResponseId } = await findConversation(tx, id);
        if (activeResponseId !== null) throw errors.conversationLocked(id);
        return (await tx.conversationItems.append(id, items)) ?? [];
      });
      return toPage({ records, hasMore: false }, (record) => toConversationItem(record, query.include));
    },
);
