import { conversations } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findConversation, toConversation } from './find-conversation.ts';

export default implement(
  conversations.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toConversation(await findConversation(repositories.forProject(principal.projectId), params.conversation_id)),
);
