/** The stored completion that a request names, as the API shows it. */
import type { CreateChatCompletionResponse } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { ChatCompletionRecord } from '../../../storage/repositories/chat-completions.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';

/** @throws ApiError 404 when the project has stored none of that id. */
export async function findCompletion(
  { chatCompletions }: Pick<ProjectRepositories, 'chatCompletions'>,
  id: string,
): Promise<ChatCompletionRecord> {
  const record = await chatCompletions.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('ChatCompletion', id);
  return record;
}

export function toStoredCompletion({ completion, metadata }: ChatCompletionRecord): CreateChatCompletionResponse {
  // It was made of such an answer.
  return { ...(completion as CreateChatCompletionResponse), metadata };
}
