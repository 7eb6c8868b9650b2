/** Files of a message as the first version shows them: those of its attachments, in their order. */
import type { MessageFileObject } from '@selfsame/contract';
import { errors } from '../../../../errors/catalogue.ts';
import { toSeconds } from '../../../../lib/clock.ts';
import type { ProjectRepositories } from '../../../../storage/repositories/repositories.ts';

/** @throws ApiError 404 naming the message when the thread has none of that id. */
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
