/** Files of messages, in v1 only: `threads.messages.files.*`. */
import Type, { type Static } from 'typebox';
import { beforeParam, page, pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named } from '../../schema.ts';

export const MessageFileObject = named(
  'MessageFileObject',
  Type.Object({
    id: Type.String({ description: 'Id of the file.' }),
    object: Type.Literal('thread.message.file'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    message_id: Type.String(),
  }),
);
export type MessageFileObject = Static<typeof MessageFileObject>;

export const ListMessageFilesResponse = page('ListMessageFilesResponse', MessageFileObject);
export type ListMessageFilesResponse = Static<typeof ListMessageFilesResponse>;

const thread_id = Type.String({ description: 'Id of the thread.' });
const message_id = Type.String({ description: 'Id of the message.' });

export const list = operation({
  id: 'threads.messages.files.list',
  method: 'GET',
  path: '/threads/{thread_id}/messages/{message_id}/files',
  summary: 'Lists the files of a message.',
  authority: 'project',
  beta: 'assistants=v1',
  params: Type.Object({ thread_id, message_id }),
  query: pageQuery({ limit: 20, max: 100 }, { before: beforeParam }),
  response: ListMessageFilesResponse,
});

export const retrieve = operation({
  id: 'threads.messages.files.retrieve',
  method: 'GET',
  path: '/threads/{thread_id}/messages/{message_id}/files/{file_id}',
  summary: 'Retrieves a file of a message.',
  authority: 'project',
  beta: 'assistants=v1',
  params: Type.Object({ thread_id, message_id, file_id: Type.String({ description: 'Id of the file.' }) }),
  response: MessageFileObject,
});
