/** Legacy completions, which continue a raw text: `completions.create`. */
import { CompletionChunk } from './completions/chunk.ts';
import { CreateCompletionRequest } from './completions/request.ts';
import { CreateCompletionResponse } from './completions/response.ts';
import { operation } from './operation.ts';

/** Enough for several prompts that fill a long context, as text or token ids. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

export const create = operation({
  id: 'completions.create',
  method: 'POST',
  path: '/completions',
  summary: 'Continues one or more texts.',
  authority: 'project',
  body: CreateCompletionRequest,
  response: CreateCompletionResponse,
  stream: { event: CompletionChunk, framing: 'data' },
  bodyLimit: BODY_LIMIT_BYTES,
});
