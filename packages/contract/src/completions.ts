/** What follows a raw text: `completions.create`, the older of the two ways to ask for text. */
import { CompletionChunk } from './completions/chunk.ts';
import { CreateCompletionRequest } from './completions/request.ts';
import { CreateCompletionResponse } from './completions/response.ts';
import { operation } from './operation.ts';

/** Several prompts of a long context each, as text or token ids. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

export const create = operation({
  id: 'completions.create',
  method: 'POST',
  path: '/completions',
  summary: 'Continues one text, or several.',
  authority: 'project',
  body: CreateCompletionRequest,
  response: CreateCompletionResponse,
  stream: { event: CompletionChunk, framing: 'data' },
  bodyLimit: BODY_LIMIT_BYTES,
});
