/** A stored step as the API shows it. */
import type { RunStepObject } from '@selfsame/contract';
import { toSeconds } from '../../../../lib/clock.ts';
import type { RunStepRecord } from '../../../../storage/repositories/run-steps.ts';
import { toUsage } from '../to-run.ts';

const toTime = (ms: number | null) => (ms === null ? null : toSeconds(ms));

export function toRunStep(record: RunStepRecord): RunStepObject {
  const { id, type, status, promptTokens, completionTokens } = record;
  const counted = status !== 'in_progress' && promptTokens !== null && completionTokens !== null;
  return {
    id,
    object: 'thread.run.step',
    created_at: toSeconds(record.createdAt),
    assistant_id: record.assistantId,
    thread_id: record.threadId,
    run_id: record.runId,
    type,
    status,
    step_details: toDetails(record),
    last_error: record.lastError,
    expired_at: toTime(record.expiredAt),
    cancelled_at: toTime(record.cancelledAt),
    failed_at: toTime(record.failedAt),
    completed_at: toTime(record.completedAt),
    metadata: {},
    usage: counted ? toUsage({ promptTokens, completionTokens }) : null,
  };
}

function toDetails({ type, messageId, calls }: RunStepRecord): RunStepObject['step_details'] {
  if (type === 'message_creation') return { type, message_creation: { message_id: messageId ?? '' } };
  const tool_calls = calls.map(({ id, name, arguments: text, output }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: text, output },
  }));
  return { type, tool_calls };
}
