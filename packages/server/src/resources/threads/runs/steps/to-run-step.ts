/** Stored steps of runs → objects of the API. */
import type { RunStepObject } from '@selfsame/contract';
import { toSeconds } from '../../../../lib/clock.ts';
import type { ModelCall } from '../../../../storage/repositories/model-calls.ts';
import type { RunStepRecord } from '../../../../storage/repositories/run-steps.ts';
import { formOf } from '../call-forms.ts';
import { toUsage } from '../to-run.ts';

const toTime = (ms: number | null) => (ms === null ? null : toSeconds(ms));

/** The content of results is included only if the request asks for it. */
export interface StepOptions {
  include?: readonly string[] | undefined;
}

export function toRunStep(record: RunStepRecord, { include = [] }: StepOptions = {}): RunStepObject {
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
    step_details: toDetails(record, include),
    last_error: record.lastError,
    expired_at: toTime(record.expiredAt),
    cancelled_at: toTime(record.cancelledAt),
    failed_at: toTime(record.failedAt),
    completed_at: toTime(record.completedAt),
    metadata: {},
    usage: counted ? toUsage({ promptTokens, completionTokens }) : null,
  };
}

type Details = RunStepObject['step_details'];
type Call = Extract<Details, { type: 'tool_calls' }>['tool_calls'][number];

function toDetails({ type, messageId, calls }: RunStepRecord, include: readonly string[]): Details {
  if (type === 'message_creation') return { type, message_creation: { message_id: messageId ?? '' } };
  return { type, tool_calls: calls.map((call) => toCall(call, include)) };
}

function toCall(call: ModelCall, include: readonly string[]): Call {
  const { id, name, arguments: text, output, own } = call;
  if (own === undefined) return { id, type: 'function', function: { name, arguments: text, output } };
  const { type } = own;
  // The form has the properties of the contract.
  return { id, type, [type]: formOf(type).toDetails(call, include) } as unknown as Call;
}
