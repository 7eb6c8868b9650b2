/** Stored messages → objects of the API. */
import type { MessageObject } from '@selfsame/contract';
import { toSeconds } from '../../../lib/clock.ts';
import type { MessageRecord } from '../../../storage/repositories/messages.ts';

const toTime = (ms: number | null) => (ms === null ? null : toSeconds(ms));

export function toMessage(record: MessageRecord): MessageObject {
  const { id, threadId, status, incompleteReason, role, content, attachments, metadata } = record;
  return {
    id,
    object: 'thread.message',
    created_at: toSeconds(record.createdAt),
    thread_id: threadId,
    status,
    incomplete_details: incompleteReason === null ? null : { reason: incompleteReason },
    completed_at: toTime(record.completedAt),
    incomplete_at: toTime(record.incompleteAt),
    role,
    content,
    assistant_id: record.assistantId,
    run_id: record.runId,
    attachments,
    metadata,
    // Reason, content and attachments are stored in the form of the contract.
  } as MessageObject;
}
