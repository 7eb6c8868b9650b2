import { conversations } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { findConversation, toConversationItem } from '../find-conversation.ts';

export default implement(conversations.items.list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id } = await findConversation(scope, params.conversation_id);
  const { include, ...page } = query;
  return toPage(await scope.conversationItems.list(id, page), (record) => toConversationItem(record, include));
});
