/** Stored runs → objects of the API, and the run of a request. */
import type { RunObject } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { isActive } from '../../../generation/loop/loop-state.ts';
import { toSeconds } from '../../../lib/clock.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord, RunStatus } from '../../../storage/repositories/runs.ts';
import { DEFAULT_SAMPLING } from '../../assistants/to-assistant.ts';

/** @throws ApiError 404 naming the thread or the run if it does not exist in the project. */
export async function findRun(
  { runs, threads }: Pick<ProjectRepositories, 'runs' | 'threads'>,
  { thread_id: threadId, run_id: id }: { thread_id: string; run_id: string },
): Promise<RunRecord> {
  const record = await runs.retrieve(threadId, id);
  if (record !== undefined) return record;
  if ((await threads.retrieve(threadId)) === undefined) throw errors.objectNotFound('Thread', threadId);
  throw errors.objectNotFound('Run', id);
}

/** The API's name of a status. */
export function toWireStatus(status: RunStatus): RunObject['status'] {
  return status === 'waiting_for_outputs' ? 'requires_action' : status;
}

const toTime = (ms: number | null) => (ms === null ? null : toSeconds(ms));

export function toUsage({ promptTokens, completionTokens }: { promptTokens: number; completionTokens: number }) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

export function toRun(record: RunRecord): RunObject {
  const { id, threadId, assistantId, status, definition, lastError, incompleteReason } = record;
  const { truncation } = definition;
  return {
    id,
    object: 'thread.run',
    created_at: toSeconds(record.createdAt),
    thread_id: threadId,
    assistant_id: assistantId,
    status: toWireStatus(status),
    required_action: toRequiredAction(record),
    last_error: lastError,
    expires_at: isActive(status) ? toSeconds(record.expiresAt) : null,
    started_at: toTime(record.startedAt),
    cancelled_at: toTime(record.cancelledAt),
    failed_at: toTime(record.failedAt),
    completed_at: toTime(record.completedAt),
    incomplete_details: incompleteReason === null ? null : { reason: incompleteReason },
    model: record.model,
    instructions: definition.instructions,
    // Stored in the form that the contract validated, like the other values that are cast here.
    tools: definition.tools as RunObject['tools'],
    tool_resources: definition.toolResources,
    metadata: record.metadata,
    usage: isActive(status) ? null : toUsage(record),
    temperature: definition.temperature ?? DEFAULT_SAMPLING.temperature,
    top_p: definition.topP ?? DEFAULT_SAMPLING.topP,
    max_prompt_tokens: definition.maxPromptTokens,
    max_completion_tokens: definition.maxCompletionTokens,
    truncation_strategy: {
      type: truncation.type,
      last_messages: truncation.type === 'auto' ? null : truncation.lastMessages,
    },
    tool_choice: definition.toolChoice as RunObject['tool_choice'],
    parallel_tool_calls: definition.parallelToolCalls ?? true,
    response_format: definition.responseFormat as RunObject['response_format'],
  };
}

function toRequiredAction({ status, calls }: RunRecord): RunObject['required_action'] {
  if (status !== 'waiting_for_outputs') return null;
  const tool_calls = calls
    .filter(({ own }) => own === undefined)
    .map(({ id, name, arguments: text }) => ({
      id,
      type: 'function' as const,
      function: { name, arguments: text },
    }));
  return { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls } };
}
