/** Files of a message in the Assistants API v1: those of its attachments, in their order. */
import type { MessageFileObject } from '@selfsame/contract';
import { errors } from '../../../../errors/catalogue.ts';
import { toSeconds } from '../../../../lib/clock.ts';
import type { ProjectRepositories } from '../../../../storage/repositories/repositories.ts';

/** @throws ApiError 404 naming the message if it does not exist in the thread. */
export async function toMessageFiles(
  { messages }: Pick<ProjectRepositories, 'messages'>,
  threadId: string,
  messageId: string,
): Promise<MessageFileObject[]> {
  const record = await messages.retrieve(threadId, messageId);
  if (record === undefined) throw errors.objectNotFound('Message', messageId);
  const ids = new Set(record.attachments.map((attachment) => String(attachment['file_id'])));
  const created_at = toSeconds(record.createdAt);
  return [...ids].map((id) => ({ id, object: 'thread.message.file', created_at, message_id: messageId }));
}
