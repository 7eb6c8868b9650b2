/** Chat completions: `chat.completions.*`. */
import Type from 'typebox';
import { pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { mapOf } from '../schema.ts';
import { ChatCompletionChunk } from './completions/chunk.ts';
import { CreateChatCompletionRequest } from './completions/request.ts';
import { CreateChatCompletionResponse } from './completions/response.ts';
import { ChatCompletionDeleted, ChatCompletionList, UpdateChatCompletionRequest } from './completions/stored.ts';

export * as messages from './completions/stored-messages.ts';

/** The JSON contains images, audio and files as base64. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

export const create = operation({
  id: 'chat.completions.create',
  method: 'POST',
  path: '/chat/completions',
  summary: 'Generates the next message of a conversation.',
  authority: 'project',
  body: CreateChatCompletionRequest,
  response: CreateChatCompletionResponse,
  stream: { event: ChatCompletionChunk, framing: 'data' },
  bodyLimit: BODY_LIMIT_BYTES,
});

const CompletionParams = Type.Object({ completion_id: Type.String({ description: 'Id of the completion.' }) });

export const list = operation({
  id: 'chat.completions.list',
  method: 'GET',
  path: '/chat/completions',
  summary: 'Lists the stored completions.',
  authority: 'project',
  query: pageQuery(
    { limit: 20, max: 100, order: 'asc' },
    {
      model: Type.Optional(Type.String({ description: 'Only completions of this model.' })),
      metadata: Type.Optional(
        mapOf(Type.String(), { description: 'Only completions with all of these pairs: `metadata[topic]=cats`.' }),
      ),
    },
  ),
  response: ChatCompletionList,
});

export const retrieve = operation({
  id: 'chat.completions.retrieve',
  method: 'GET',
  path: '/chat/completions/{completion_id}',
  summary: 'Retrieves a stored completion.',
  authority: 'project',
  params: CompletionParams,
  response: CreateChatCompletionResponse,
});

export const update = operation({
  id: 'chat.completions.update',
  method: 'POST',
  path: '/chat/completions/{completion_id}',
  summary: 'Replaces the metadata of a stored completion.',
  authority: 'project',
  params: CompletionParams,
  body: UpdateChatCompletionRequest,
  response: CreateChatCompletionResponse,
});

const deleteCompletion = operation({
  id: 'chat.completions.delete',
  method: 'DELETE',
  path: '/chat/completions/{completion_id}',
  summary: 'Deletes a stored completion.',
  authority: 'project',
  params: CompletionParams,
  response: ChatCompletionDeleted,
});

export { deleteCompletion as delete };
