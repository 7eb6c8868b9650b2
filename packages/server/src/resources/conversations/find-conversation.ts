/** Stored conversations → objects of the API, and the conversation of a request. */
import type { ConversationItem, ConversationResource } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { ConversationRecord } from '../../storage/repositories/conversations.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import { selectIncluded } from '../responses/include.ts';

/** @throws ApiError 404 if it does not exist in the project. */
export async function findConversation(
  { conversations }: Pick<ProjectRepositories, 'conversations'>,
  id: string,
): Promise<ConversationRecord> {
  const record = await conversations.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Conversation', id, 'conversation_id');
  return record;
}

export function toConversation({ id, metadata, createdAt }: ConversationRecord): ConversationResource {
  return { id, object: 'conversation', metadata, created_at: toSeconds(createdAt) };
}

export function toConversationItem({ data }: NewItem, include: unknown): ConversationItem & { id: string } {
  return selectIncluded(data, include) as unknown as ConversationItem & { id: string };
}
