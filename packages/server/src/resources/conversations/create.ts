import { conversations } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { createCompactions } from '../responses/compaction/compactions.ts';
import { toStoredItems } from '../responses/input/to-stored-items.ts';
import { toConversation } from './find-conversation.ts';

export default implement(conversations.create, (services) => async ({ body }, { principal, signal }) => {
  const { repositories, clock, ids } = services;
  const scope = repositories.forProject(principal.projectId);
  const compactions = createCompactions(services, principal.projectId);
  const items = await toStoredItems(scope, body.items ?? [], { services, param: 'items', signal, compactions });
  const record = { id: ids('conv_'), metadata: body.metadata ?? {}, createdAt: clock.now() };
  return toConversation(await scope.conversations.create(record, items));
});
