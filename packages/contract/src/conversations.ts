/** Conversations: `conversations.*`. */
import Type from 'typebox';
import {
  CONVERSATION_BYTES,
  ConversationResource,
  CreateConversationBody,
  DeletedConversationResource,
  UpdateConversationBody,
} from './conversations/objects.ts';
import { operation } from './operation.ts';

export * as items from './conversations/items.ts';

const params = Type.Object({ conversation_id: Type.String({ description: 'Id of the conversation.' }) });

export const create = operation({
  id: 'conversations.create',
  method: 'POST',
  path: '/conversations',
  summary: 'Creates a conversation.',
  authority: 'project',
  body: CreateConversationBody,
  bodyOptional: true,
  response: ConversationResource,
  bodyLimit: CONVERSATION_BYTES,
});

export const retrieve = operation({
  id: 'conversations.retrieve',
  method: 'GET',
  path: '/conversations/{conversation_id}',
  summary: 'Retrieves a conversation.',
  authority: 'project',
  params,
  response: ConversationResource,
});

export const update = operation({
  id: 'conversations.update',
  method: 'POST',
  path: '/conversations/{conversation_id}',
  summary: 'Replaces the metadata of a conversation.',
  authority: 'project',
  params,
  body: UpdateConversationBody,
  response: ConversationResource,
});

const deleteConversation = operation({
  id: 'conversations.delete',
  method: 'DELETE',
  path: '/conversations/{conversation_id}',
  summary: 'Deletes a conversation and its items.',
  authority: 'project',
  params,
  response: DeletedConversationResource,
});

export { deleteConversation as delete };
