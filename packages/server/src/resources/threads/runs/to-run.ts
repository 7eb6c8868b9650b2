/** A stored run as the API shows it, and the run that a request names. */
import type { RunObject } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { isActive } from '../../../generation/loop/state-machine.ts';
import { toSeconds } from '../../../lib/clock.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { DEFAULT_SAMPLING } from '../../assistants/to-assistant.ts';

/** @throws ApiError 404 naming the thread or the run when the project has none of that id. */
export async function findRun(
  { runs, threads }: Pick<ProjectRepositories, 'runs' | 'threads'>,
  { thread_id: threadId, run_id: id }: { thread_id: string; run_id: string },
): Promise<RunRecord> {
  const record = await runs.retrieve(threadId, id);
  if (record !== undefined) return record;
  if ((await threads.retrieve(threadId)) === undefined) throw errors.objectNotFound('Thread', threadId);
  throw errors.objectNotFound('Run', id);
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
    status,
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
    // Kept in the form in which the contract let them in, as the others that are cast here.
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
  if (status !== 'requires_action') return null;
  const tool_calls = calls
    .filter(({ own }) => own === undefined)
    .map(({ id, name, arguments: text }) => ({
      id,
      type: 'function' as const,
      function: { name, arguments: text },
    }));
  return { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls } };
}
