/** The messages of a stored completion's request: `chat.completions.messages.*`. */
import Type, { type Static } from 'typebox';
import { page, pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { anyObject, named, nullable } from '../../schema.ts';

export const StoredChatCompletionMessage = named(
  'StoredChatCompletionMessage',
  Type.Object(
    {
      id: Type.String({ description: 'Id of the completion and position of the message.' }),
      role: Type.String({ description: 'The role of the author.' }),
      content: nullable(Type.String(), { description: 'The text, or null.' }),
      refusal: nullable(Type.String()),
      name: nullable(Type.String()),
      content_parts: nullable(Type.Array(anyObject()), {
        description: 'The content parts if the request has parts, else null.',
      }),
    },
    { additionalProperties: true },
  ),
);
export type StoredChatCompletionMessage = Static<typeof StoredChatCompletionMessage>;

export const ChatCompletionMessageList = page('ChatCompletionMessageList', StoredChatCompletionMessage);
export type ChatCompletionMessageList = Static<typeof ChatCompletionMessageList>;

export const list = operation({
  id: 'chat.completions.messages.list',
  method: 'GET',
  path: '/chat/completions/{completion_id}/messages',
  summary: 'Lists the request messages of a stored completion.',
  authority: 'project',
  params: Type.Object({ completion_id: Type.String({ description: 'Id of the completion.' }) }),
  query: pageQuery({ limit: 20, max: 100, order: 'asc' }, {}),
  response: ChatCompletionMessageList,
});
