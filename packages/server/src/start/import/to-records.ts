/** Objects of the hosted API, of either version → records. What the service leaves out of its answers is filled in. Pure. */
import type { AssistantObject, MessageObject, ThreadObject } from '@selfsame/contract';
import { toCurrent } from '../../resources/assistants/v1/to-current.ts';
import type { AssistantRecord } from '../../storage/repositories/assistants.ts';
import type { NewMessage } from '../../storage/repositories/messages.ts';
import type { ThreadRecord } from '../../storage/repositories/threads.ts';
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
};

/** The object in the form of the current version, complete. */
export function toComplete(object: ApiObject): ApiObject {
  return { ...DEFAULTS[String(object['object'])], ...(toCurrent(object) as ApiObject) };
}

const toMs = (seconds: number) => seconds * 1000;
const toMsOrNull = (seconds: number | null) => (seconds === null ? null : toMs(seconds));

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
    temperature: object.temperature ?? 1,
    topP: object.top_p ?? 1,
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
    // Nobody goes on writing what was being written over there.
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
