/** The messages of a stored completion's request: `chat.completions.messages.*`. */
import Type, { type Static } from 'typebox';
import { page, pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { anyObject, named, nullable } from '../../schema.ts';

export const StoredChatCompletionMessage = named(
  'StoredChatCompletionMessage',
  Type.Object(
    {
      id: Type.String({ description: 'Id of the completion and the place of the message in it.' }),
      role: Type.String({ description: 'Who speaks: any role that a request may have.' }),
      content: nullable(Type.String(), { description: 'The text, or null.' }),
      refusal: nullable(Type.String()),
      name: nullable(Type.String()),
      content_parts: nullable(Type.Array(anyObject()), {
        description: 'The parts, where the request gave parts; else null.',
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
  summary: 'Lists the messages that a stored completion answered.',
  authority: 'project',
  params: Type.Object({ completion_id: Type.String({ description: 'Id of the completion.' }) }),
  query: pageQuery({ limit: 20, most: 100, order: 'asc' }, {}),
  response: ChatCompletionMessageList,
});
