/** What the current version answers → what a caller of the first one knows. Pure. */

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

const FIRST: Readonly<Record<string, (object: Json) => Json>> = {
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
    ]),
    file_ids: list(object['attachments']).map((attachment) => (isObject(attachment) ? attachment['file_id'] : null)),
  }),
  'thread.run': (object) => ({
    ...object,
    instructions: object['instructions'] ?? '',
    tools: list(object['tools']).map(toTool),
    file_ids: filesOf(object),
  }),
  list: (object) => ({ ...object, data: list(object['data']).map(toFirst) }),
};

/** An object of the API or an event that carries one; whatever did not change is answered as it is. */
export function toFirst(value: unknown): unknown {
  if (!isObject(value)) return value;
  if ('event' in value && 'data' in value) return { ...value, data: toFirst(value['data']) };
  const first = Object.hasOwn(FIRST, String(value['object'])) ? FIRST[String(value['object'])] : undefined;
  return first === undefined ? value : first(value);
}
