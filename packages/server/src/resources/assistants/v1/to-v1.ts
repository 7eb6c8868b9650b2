/** Current objects and events → their shapes in the Assistants API v1. Pure. */

import { RUN_EXPIRY_MS } from '../../threads/runs/definition.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function toTool(tool: unknown): unknown {
  return isObject(tool) && tool['type'] === 'file_search' ? { type: 'retrieval' } : tool;
}

function pick(object: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

function filesOf({ tool_resources: resources }: Json): unknown[] {
  const code = isObject(resources) ? resources['code_interpreter'] : undefined;
  return isObject(code) ? list(code['file_ids']) : [];
}

const EXPIRY_SECONDS = RUN_EXPIRY_MS / 1000;

function toV1Run({ top_p: _p, parallel_tool_calls: _c, tool_resources: resources, ...object }: Json): Json {
  const { status, expires_at: expiresAt, created_at: createdAt, tool_choice: choice } = object;
  return {
    ...object,
    // v1 has no such status; the details state the cause.
    status: status === 'incomplete' ? 'completed' : status,
    // v1 clients expect a number at all times.
    expires_at: expiresAt ?? Number(createdAt) + EXPIRY_SECONDS,
    instructions: object['instructions'] ?? '',
    tools: list(object['tools']).map(toTool),
    tool_choice: toTool(choice),
    file_ids: filesOf({ tool_resources: resources }),
  };
}

function toV1Details(details: unknown): unknown {
  if (!isObject(details) || details['type'] !== 'tool_calls') return details;
  return { ...details, tool_calls: list(details['tool_calls']).map(toV1Call) };
}

function toV1Call(call: unknown): unknown {
  if (!isObject(call) || call['type'] !== 'file_search') return call;
  const { file_search: _results, ...rest } = call;
  return { ...rest, type: 'retrieval', retrieval: {} };
}

/** Fields that v1 received last. */
const MESSAGE_STATUS = ['status', 'incomplete_details', 'completed_at', 'incomplete_at'];

const SHAPES: Readonly<Record<string, (object: Json) => Json>> = {
  assistant: (object) => ({
    ...pick(object, ['id', 'object', 'created_at', 'name', 'description', 'model', 'instructions', 'metadata']),
    tools: list(object['tools']).map(toTool),
    file_ids: filesOf(object),
  }),
  thread: (object) => pick(object, ['id', 'object', 'created_at', 'metadata']),
  'thread.message': (object) => ({
    ...pick(object, [
      'id',
      'object',
      'created_at',
      'thread_id',
      'role',
      'content',
      'assistant_id',
      'run_id',
      'metadata',
      ...MESSAGE_STATUS,
    ]),
    file_ids: list(object['attachments']).map((attachment) => (isObject(attachment) ? attachment['file_id'] : null)),
  }),
  'thread.run': toV1Run,
  'thread.run.step': (object) => ({ ...object, step_details: toV1Details(object['step_details']) }),
  'thread.run.step.delta': (object) => {
    const delta = isObject(object['delta']) ? object['delta'] : {};
    return { ...object, delta: { ...delta, step_details: toV1Details(delta['step_details']) } };
  },
  list: (object) => ({ ...object, data: list(object['data']).map(toV1) }),
};

/** Converts an object of the API, or an event with one. Objects of equal shape are returned unchanged. */
export function toV1(value: unknown): unknown {
  if (!isObject(value)) return value;
  if ('event' in value && 'data' in value) {
    const event = value['event'] === 'thread.run.incomplete' ? 'thread.run.completed' : value['event'];
    return { ...value, event, data: toV1(value['data']) };
  }
  const shape = Object.hasOwn(SHAPES, String(value['object'])) ? SHAPES[String(value['object'])] : undefined;
  return shape === undefined ? value : shape(value);
}
