/** Stored responses → objects of the API. Pure. */
import { toSeconds } from '../../lib/clock.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { ResponseRecord, ResponseStatus, ResponseTokens } from '../../storage/repositories/responses.ts';
import { withoutToolSecrets } from './remote-tools/without-secrets.ts';

const ACTIVE: ReadonlySet<ResponseStatus> = new Set(['queued', 'in_progress', 'cancelling']);

export function hasEnded({ status }: Pick<ResponseRecord, 'status'>): boolean {
  return !ACTIVE.has(status);
}

/** Only a response in the background is shown as queued. */
function toWireStatus({ status, background }: ResponseRecord) {
  if (status === 'cancelling') return 'in_progress';
  return status === 'queued' && !background ? 'in_progress' : status;
}

export function toUsage({ promptTokens, completionTokens, cachedTokens, reasoningTokens }: ResponseTokens) {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
  };
}

/** Parameters that a response repeats, with the values of those that the request left out. */
const DEFAULTS = {
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  presence_penalty: 0,
  prompt_cache_key: null,
  safety_identifier: null,
  service_tier: 'default',
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
} as const;

/** Parameters that a response repeats only if the request has them. */
const REPEATED = ['user', 'prompt_cache_retention', 'prompt_cache_options', 'prompt', 'moderation'] as const;

/** A function without the properties that a response shows as null. */
function toTool(tool: Readonly<Record<string, unknown>>) {
  if (tool['type'] !== 'function') return withoutToolSecrets(tool);
  return { description: null, parameters: null, strict: null, ...tool };
}

export function toResponse(record: ResponseRecord, output: readonly NewItem[]) {
  const { id, request, conversationId, endedAt, incompleteReason } = record;
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null));
  const { effort = null, summary = null } = (given['reasoning'] ?? {}) as { effort?: string; summary?: string };
  const parameters = Object.entries(DEFAULTS).map(([name, value]) => [name, given[name] ?? value]);
  const repeated = REPEATED.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return {
    id,
    object: 'response' as const,
    created_at: toSeconds(record.createdAt),
    status: toWireStatus(record),
    completed_at: record.status === 'completed' && endedAt !== null ? toSeconds(endedAt) : null,
    background: record.background,
    conversation: conversationId === null ? null : { id: conversationId },
    error: record.error,
    incomplete_details: incompleteReason === null ? null : { reason: incompleteReason },
    model: record.model,
    metadata: record.metadata,
    previous_response_id: record.previousResponseId,
    store: record.stored,
    output: output.map(({ data }) => data),
    ...Object.fromEntries([...parameters, ...repeated]),
    tools: ((given['tools'] ?? []) as readonly Readonly<Record<string, unknown>>[]).map(toTool),
    text: { ...DEFAULTS.text, ...(given['text'] as object | undefined) },
    reasoning: { effort, summary },
    usage: hasEnded(record) ? toUsage(record) : null,
  };
}
