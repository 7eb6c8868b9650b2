import { conversations } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toStoredItems } from '../responses/input/to-stored-items.ts';
import { toConversation } from './find-conversation.ts';

export default implement(conversations.create, ({ repositories, clock, ids }) => async ({ body }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const items = await toStoredItems(scope, body.items ?? [], { ids, param: 'items' });
  const record = { id: ids('conv_'), metadata: body.metadata ?? {}, createdAt: clock.now() };
  return toConversation(await scope.conversations.create(record, items));
});
