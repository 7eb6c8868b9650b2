/**
 * Converts objects of the hosted Assistants API, v1 or v2, to records. Properties that the service omits get defaults.
 * Pure.
 */
import type { AssistantObject, MessageObject, ThreadObject } from '@selfsame/contract';
import type { AssistantRecord } from '../../../storage/repositories/assistants.ts';
import type { NewMessage } from '../../../storage/repositories/messages.ts';
import type { ThreadRecord } from '../../../storage/repositories/threads.ts';
import { toCurrent } from '../v1/to-current.ts';
import type { ApiObject } from './read-objects.ts';

const DEFAULTS: Readonly<Record<string, ApiObject>> = {
  assistant: { name: null, description: null, instructions: null, tools: [], metadata: {} },
  thread: { tool_resources: null, metadata: {} },
  'thread.message': {
    status: 'completed',
    incomplete_details: null,
    completed_at: null,
    incomplete_at: null,
    assistant_id: null,
    run_id: null,
    attachments: [],
    metadata: {},
  },
  'thread.run': {
    required_action: null,
    last_error: null,
    expires_at: null,
    started_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    incomplete_details: null,
    tools: [],
    metadata: {},
    usage: null,
    max_prompt_tokens: null,
    max_completion_tokens: null,
    truncation_strategy: null,
    tool_choice: null,
    response_format: null,
    parallel_tool_calls: true,
  },
  'thread.run.step': {
    last_error: null,
    expired_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    metadata: {},
    usage: null,
  },
  vector_store: { expires_at: null, last_active_at: null, metadata: {} },
  'vector_store.file': { last_error: null },
};

/** Converts the object to v2 and adds its missing properties. */
export function toComplete(object: ApiObject): ApiObject {
  const current = toCurrent(object) as ApiObject;
  const complete = { ...DEFAULTS[String(object['object'])], ...current };
  const { instructions, step_details: details, name, object: kind, chunking_strategy: chunking } = complete;
  if (kind === 'thread.run') return { ...complete, instructions: instructions ?? '' };
  if (kind === 'thread.run.step') return { ...complete, step_details: toCurrentDetails(details) };
  if (kind === 'vector_store')
    return { ...complete, name: name ?? '', expires_after: complete['expires_after'] ?? undefined };
  // `other` = the store was chunked before the API had strategies.
  const other = (chunking as ApiObject | undefined)?.['type'] === 'other';
  return kind === 'vector_store.file' && other ? { ...complete, chunking_strategy: undefined } : complete;
}

function toCurrentDetails(details: unknown): unknown {
  const calls = (details as ApiObject | undefined)?.['tool_calls'];
  if (!Array.isArray(calls)) return details;
  const tool_calls = calls.map(({ retrieval, ...call }: Record<string, unknown>) =>
    call['type'] === 'retrieval' ? { ...call, type: 'file_search', file_search: retrieval ?? {} } : call,
  );
  return { ...(details as ApiObject), tool_calls };
}

export const toMs = (seconds: number) => seconds * 1000;
export const toMsOrNull = (seconds: number | null) => (seconds === null ? null : toMs(seconds));

export function toAssistantRecord(object: AssistantObject): Omit<AssistantRecord, 'projectId'> {
  const { id, created_at, name, description, model, instructions, tools, tool_resources, metadata } = object;
  return {
    id,
    createdAt: toMs(created_at),
    name,
    description,
    model,
    instructions,
    tools,
    toolResources: tool_resources ?? {},
    metadata: metadata ?? {},
    temperature: object.temperature ?? null,
    topP: object.top_p ?? null,
    responseFormat: object.response_format ?? 'auto',
    reasoningEffort: object.reasoning_effort ?? null,
  };
}

export function toThreadRecord(object: ThreadObject): Omit<ThreadRecord, 'projectId' | 'activeRunId'> {
  const { id, created_at, tool_resources, metadata } = object;
  return { id, createdAt: toMs(created_at), toolResources: tool_resources ?? {}, metadata: metadata ?? {} };
}

export function toNewMessage(object: MessageObject): NewMessage {
  const { id, created_at, status, incomplete_details, role, content, attachments, metadata } = object;
  const createdAt = toMs(created_at);
  return {
    id,
    createdAt,
    role,
    // An unfinished message stays unfinished: its run does not continue here.
    status: status === 'in_progress' ? 'incomplete' : status,
    incompleteReason: incomplete_details?.reason ?? (status === 'in_progress' ? 'run_failed' : null),
    content,
    attachments: attachments ?? [],
    metadata: metadata ?? {},
    assistantId: object.assistant_id,
    runId: object.run_id,
    completedAt: toMsOrNull(object.completed_at) ?? (status === 'completed' ? createdAt : null),
    incompleteAt: toMsOrNull(object.incomplete_at) ?? (status === 'completed' ? null : createdAt),
  };
}
