/** Answers to conversations: `chat.completions.*`. */
import { operation } from '../operation.ts';
import { ChatCompletionChunk } from './completions/chunk.ts';
import { CreateChatCompletionRequest } from './completions/request.ts';
import { CreateChatCompletionResponse } from './completions/response.ts';

/** Images, audio and files come inside the JSON in base64. */
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
