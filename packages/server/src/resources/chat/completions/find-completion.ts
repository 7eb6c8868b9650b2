/** The stored completion of a request, as an object of the API. */
import type { CreateChatCompletionResponse } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { ChatCompletionRecord } from '../../../storage/repositories/chat-completions.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';

/** @throws ApiError 404 if it does not exist in the project. */
export async function findCompletion(
  { chatCompletions }: Pick<ProjectRepositories, 'chatCompletions'>,
  id: string,
): Promise<ChatCompletionRecord> {
  const record = await chatCompletions.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('ChatCompletion', id);
  return record;
}

export function toStoredCompletion({ completion, metadata }: ChatCompletionRecord): CreateChatCompletionResponse {
  // Stored in the form of the contract.
  return { ...(completion as CreateChatCompletionResponse), metadata };
}
