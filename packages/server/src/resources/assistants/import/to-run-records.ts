/** Converts runs and steps of the hosted API to records. Pure. Invariant: no imported run or step is active. */
import type { RunObject, RunStepObject } from '@selfsame/contract';
import { isActive } from '../../../generation/loop/loop-state.ts';
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { NewRunStep } from '../../../storage/repositories/run-steps.ts';
import type { RunRecord, RunStatus } from '../../../storage/repositories/runs.ts';
import { RUN_EXPIRY_MS } from '../../threads/runs/definition.ts';
import { toMs, toMsOrNull } from './to-records.ts';

export function toRunRecord(object: RunObject): Omit<RunRecord, 'projectId'> {
  const { id, thread_id, assistant_id, model, status, created_at, expires_at, incomplete_details, usage } = object;
  const createdAt = toMs(created_at);
  return {
    id,
    threadId: thread_id,
    assistantId: assistant_id,
    model,
    status: toStatus(status),
    definition: toDefinition(object),
    metadata: object.metadata ?? {},
    open: null,
    calls: [],
    promptTokens: usage?.prompt_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
    lastError: object.last_error,
    incompleteReason: incomplete_details?.reason ?? null,
    jobId: null,
    attempt: 0,
    apiKeyId: null,
    createdAt,
    expiresAt: toMsOrNull(expires_at) ?? createdAt + RUN_EXPIRY_MS,
    startedAt: toMsOrNull(object.started_at),
    cancelledAt: toMsOrNull(object.cancelled_at),
    failedAt: toMsOrNull(object.failed_at),
    completedAt: toMsOrNull(object.completed_at),
  };
}

/** A run that was active is imported as expired: no worker continues it. */
function toStatus(status: RunObject['status']): RunStatus {
  return status === 'requires_action' || isActive(status) ? 'expired' : status;
}

function toDefinition(object: RunObject): RunRecord['definition'] {
  const { truncation_strategy: truncation, response_format: format } = object;
  const last = truncation?.type === 'last_messages' ? (truncation.last_messages ?? null) : null;
  return {
    instructions: object.instructions,
    tools: object.tools,
    toolResources: object.tool_resources ?? {},
    temperature: object.temperature ?? null,
    topP: object.top_p ?? null,
    maxPromptTokens: object.max_prompt_tokens,
    maxCompletionTokens: object.max_completion_tokens,
    truncation: last === null ? { type: 'auto' } : { type: 'last_messages', lastMessages: last },
    toolChoice: object.tool_choice ?? 'auto',
    parallelToolCalls: object.parallel_tool_calls ?? null,
    responseFormat: format === null || format === 'none' ? 'auto' : format,
    reasoningEffort: null,
  };
}

/** The second parameter is the record of the step's run. */
export function toNewRunStep(object: RunStepObject, { expiresAt }: { expiresAt: number }): NewRunStep {
  const { id, thread_id, run_id, assistant_id, type, step_details: details, status, usage } = object;
  const isUnfinished = status === 'in_progress';
  return {
    id,
    threadId: thread_id,
    runId: run_id,
    assistantId: assistant_id,
    type,
    messageId: details.type === 'message_creation' ? details.message_creation.message_id : null,
    calls: details.type === 'tool_calls' ? details.tool_calls.map(toCall) : [],
    status: isUnfinished ? 'expired' : status,
    lastError: object.last_error,
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
    createdAt: toMs(object.created_at),
    expiredAt: toMsOrNull(object.expired_at) ?? (isUnfinished ? expiresAt : null),
    cancelledAt: toMsOrNull(object.cancelled_at),
    failedAt: toMsOrNull(object.failed_at),
    completedAt: toMsOrNull(object.completed_at),
  };
}

type Call = Extract<RunStepObject['step_details'], { type: 'tool_calls' }>['tool_calls'][number];

/** Calls of hosted tools become function calls, named after the tool, so that the next model can read them. */
function toCall(call: Call): ModelCall {
  switch (call.type) {
    case 'function':
      return { id: call.id, ...call.function };
    case 'code_interpreter': {
      const { input, outputs } = call.code_interpreter;
      const output = outputs
        .map((each) => (each.type === 'logs' ? each.logs : `image ${each.image.file_id}`))
        .join('\n');
      const hosted = { type: call.type, details: call.code_interpreter };
      return { id: call.id, name: call.type, arguments: JSON.stringify({ input }), output, own: hosted };
    }
    case 'file_search': {
      const { results = [] } = call.file_search;
      const output = results.flatMap(({ content = [] }) => content.map(({ text = '' }) => text)).join('\n\n');
      const hosted = { type: call.type, details: call.file_search };
      return { id: call.id, name: call.type, arguments: '{}', output, own: hosted };
    }
  }
}
