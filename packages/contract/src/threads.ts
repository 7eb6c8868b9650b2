/** Threads, the conversations for runs of assistants: `threads.*`. */
import Type, { type Static } from 'typebox';
import { CreateThreadRequestV1, ModifyThreadRequestV1, ThreadObjectV1 } from './assistants/v1.ts';
import { MAX_MESSAGES } from './ceilings.ts';
import { newToolResources, toolResources } from './common/assistant-tools.ts';
import { Metadata } from './common/metadata.ts';
import { operation } from './operation.ts';
import { clearable, history, named, ref } from './schema.ts';
import { CreateMessageRequest } from './threads/messages.ts';

export * as messages from './threads/messages.ts';

/** A thread may be created with many messages. */
const THREAD_BYTES = 32 * 1024 ** 2;

export const ThreadObject = named(
  'ThreadObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    tool_resources: toolResources,
    metadata: ref(Metadata),
  }),
);
export type ThreadObject = Static<typeof ThreadObject>;

export const CreateThreadRequest = named(
  'CreateThreadRequest',
  Type.Object(
    {
      messages: Type.Optional(
        Type.Array(history(ref(CreateMessageRequest)), {
          maxItems: MAX_MESSAGES,
          description: 'Initial messages of the thread.',
        }),
      ),
      tool_resources: Type.Optional(newToolResources),
      metadata: Type.Optional(ref(Metadata)),
    },
    { additionalProperties: false },
  ),
);
export type CreateThreadRequest = Static<typeof CreateThreadRequest>;

export const ModifyThreadRequest = named(
  'ModifyThreadRequest',
  clearable(
    Type.Object(
      { tool_resources: Type.Optional(toolResources), metadata: Type.Optional(ref(Metadata)) },
      { additionalProperties: false },
    ),
  ),
);
export type ModifyThreadRequest = Static<typeof ModifyThreadRequest>;

export const DeleteThreadResponse = named(
  'DeleteThreadResponse',
  Type.Object({ id: Type.String(), deleted: Type.Boolean(), object: Type.Literal('thread.deleted') }),
);
export type DeleteThreadResponse = Static<typeof DeleteThreadResponse>;

const ThreadParams = Type.Object({ thread_id: Type.String({ description: 'Id of the thread.' }) });

export const create = operation({
  id: 'threads.create',
  method: 'POST',
  path: '/threads',
  summary: 'Creates a thread. The body is optional.',
  authority: 'project',
  beta: 'assistants',
  body: CreateThreadRequest,
  bodyOptional: true,
  bodyLimit: THREAD_BYTES,
  response: ThreadObject,
  versions: { 'assistants=v1': { body: CreateThreadRequestV1, response: ThreadObjectV1 } },
});

export const retrieve = operation({
  id: 'threads.retrieve',
  method: 'GET',
  path: '/threads/{thread_id}',
  summary: 'Retrieves a thread.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  response: ThreadObject,
  versions: { 'assistants=v1': { response: ThreadObjectV1 } },
});

export const update = operation({
  id: 'threads.update',
  method: 'POST',
  path: '/threads/{thread_id}',
  summary: 'Updates a thread. Absent fields stay unchanged.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  body: ModifyThreadRequest,
  response: ThreadObject,
  versions: { 'assistants=v1': { body: ModifyThreadRequestV1, response: ThreadObjectV1 } },
});

const deleteThread = operation({
  id: 'threads.delete',
  method: 'DELETE',
  path: '/threads/{thread_id}',
  summary: 'Deletes a thread with its messages and runs.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  response: DeleteThreadResponse,
});

export { deleteThread as delete };
