/** Compares conversations with the types of the official client at compile time. */
import type { OpenAI } from 'openai';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { ConversationItem, ConversationItemList, ConversationsItemsCreateRequest } from './conversations/items.ts';
import type {
  ConversationResource,
  CreateConversationBody,
  DeletedConversationResource,
  UpdateConversationBody,
} from './conversations/objects.ts';
import type { InputItem } from './responses/items.ts';

/** Newer than the API description, or with JSON that the client types as `unknown`. */
type Other = {
  type:
    | 'configuration_update'
    | 'additional_tools'
    | 'tool_search_output'
    | 'tool_search_call'
    | 'mcp_list_tools'
    | 'web_search_call';
};
type Create = OpenAI.Conversations.ConversationCreateParams;

it('conversations and their items fit the types of the official client, and its requests fit the contract', () => {
  const checks: [
    Assignable<ConversationResource, OpenAI.Conversations.Conversation>,
    Assignable<DeletedConversationResource, OpenAI.Conversations.ConversationDeletedResource>,
    Assignable<ConversationItem, OpenAI.Conversations.ConversationItem>,
    Assignable<ConversationItemList['data'][number], OpenAI.Conversations.ConversationItem>,
    Assignable<Omit<Create, 'items'>, Omit<CreateConversationBody, 'items'>>,
    Assignable<Exclude<NonNullable<Create['items']>[number], Other>, InputItem>,
    Assignable<OpenAI.Conversations.ConversationUpdateParams, UpdateConversationBody>,
    Assignable<
      Exclude<OpenAI.Conversations.Items.ItemCreateParams['items'][number], Other>,
      ConversationsItemsCreateRequest['items'][number]
    >,
  ] = [true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(8);
});
