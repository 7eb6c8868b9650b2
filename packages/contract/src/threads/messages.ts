/** The messages of a thread: `threads.messages.*`. */
import Type, { type Static } from 'typebox';
import { CreateMessageRequestV1, ListMessagesResponseV1, MessageObjectV1 } from '../assistants/v1.ts';
import { MAX_CONTENT_PARTS } from '../ceilings.ts';
import { AssistantToolsCode, AssistantToolsFileSearchTypeOnly } from '../common/assistant-tools.ts';
import { Metadata } from '../common/metadata.ts';
import { beforeParam, page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { clearable, named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { MESSAGE_CHARACTERS, messageContent, messageContentParam, messageStatus } from './content.ts';

export * as files from './messages/files.ts';

/** Enough for 256,000 escaped characters. */
const MESSAGE_BYTES = 4 * 1024 ** 2;

/** A file attached to a message, and the tools that may read it. */
const attachment = Type.Object({
  file_id: Type.String({ description: 'Id of the file.' }),
  tools: Type.Array(tagged('type', [AssistantToolsCode, AssistantToolsFileSearchTypeOnly]), {
    description: 'The tools that may read it.',
  }),
});

const attachments = nullable(Type.Array(attachment), { description: 'Files that come with the message.' });

const role = oneOf(['user', 'assistant'], { description: 'Who said it.' });

export const MessageObject = named(
  'MessageObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread.message'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    thread_id: Type.String(),
    ...messageStatus,
    role,
    content: Type.Array(messageContent),
    assistant_id: nullable(Type.String(), { description: 'The assistant that said it.' }),
    run_id: nullable(Type.String(), { description: 'The run that made it; null of a message made by hand.' }),
    attachments,
    metadata: ref(Metadata),
  }),
);
export type MessageObject = Static<typeof MessageObject>;

export const CreateMessageRequest = named(
  'CreateMessageRequest',
  Type.Object(
    {
      role,
      content: Type.Union(
        [
          Type.String({ minLength: 1, maxLength: MESSAGE_CHARACTERS }),
          Type.Array(messageContentParam, { minItems: 1, maxItems: MAX_CONTENT_PARTS }),
        ],
        { description: 'A text, or parts; their texts have at most 256,000 characters together.' },
      ),
      attachments: Type.Optional(attachments),
      metadata: Type.Optional(ref(Metadata)),
    },
    { additionalProperties: false },
  ),
);
export type CreateMessageRequest = Static<typeof CreateMessageRequest>;

export const ModifyMessageRequest = named(
  'ModifyMessageRequest',
  clearable(Type.Object({ metadata: Type.Optional(ref(Metadata)) }, { additionalProperties: false })),
);
export type ModifyMessageRequest = Static<typeof ModifyMessageRequest>;

export const ListMessagesResponse = page('ListMessagesResponse', MessageObject);
export type ListMessagesResponse = Static<typeof ListMessagesResponse>;

export const DeleteMessageResponse = named(
  'DeleteMessageResponse',
  Type.Object({ id: Type.String(), deleted: Type.Boolean(), object: Type.Literal('thread.message.deleted') }),
);
export type DeleteMessageResponse = Static<typeof DeleteMessageResponse>;

const thread_id = Type.String({ description: 'Id of the thread.' });
const ThreadParams = Type.Object({ thread_id });
const MessageParams = Type.Object({ thread_id, message_id: Type.String({ description: 'Id of the message.' }) });

export const create = operation({
  id: 'threads.messages.create',
  method: 'POST',
  path: '/threads/{thread_id}/messages',
  summary: 'Adds a message to the end of a thread.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  body: CreateMessageRequest,
  bodyLimit: MESSAGE_BYTES,
  response: MessageObject,
  versions: { 'assistants=v1': { body: CreateMessageRequestV1, response: MessageObjectV1 } },
});

export const list = operation({
  id: 'threads.messages.list',
  method: 'GET',
  path: '/threads/{thread_id}/messages',
  summary: 'Lists the messages of a thread.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  query: pageQuery(
    { limit: 20, max: 100 },
    { before: beforeParam, run_id: Type.Optional(Type.String({ description: 'Only messages that this run made.' })) },
  ),
  response: ListMessagesResponse,
  versions: { 'assistants=v1': { response: ListMessagesResponseV1 } },
});

export const retrieve = operation({
  id: 'threads.messages.retrieve',
  method: 'GET',
  path: '/threads/{thread_id}/messages/{message_id}',
  summary: 'Retrieves a message.',
  authority: 'project',
  beta: 'assistants',
  params: MessageParams,
  response: MessageObject,
  versions: { 'assistants=v1': { response: MessageObjectV1 } },
});

export const update = operation({
  id: 'threads.messages.update',
  method: 'POST',
  path: '/threads/{thread_id}/messages/{message_id}',
  summary: 'Replaces the metadata of a message.',
  authority: 'project',
  beta: 'assistants',
  params: MessageParams,
  body: ModifyMessageRequest,
  response: MessageObject,
  versions: { 'assistants=v1': { response: MessageObjectV1 } },
});

const deleteMessage = operation({
  id: 'threads.messages.delete',
  method: 'DELETE',
  path: '/threads/{thread_id}/messages/{message_id}',
  summary: 'Deletes a message.',
  authority: 'project',
  beta: 'assistants',
  params: MessageParams,
  response: DeleteMessageResponse,
});

export { deleteMessage as delete };
