/**
 * Request bodies of the Assistants API v1 → current bodies. Pure. Unknown fields stay, for the checks of the current
 * version.
 */

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function toTool(tool: unknown): unknown {
  return isObject(tool) && tool['type'] === 'retrieval' ? { type: 'file_search' } : tool;
}

function toMessage(message: unknown): unknown {
  if (!isObject(message) || !('file_ids' in message)) return message;
  const { file_ids: files, ...rest } = message;
  // In v1, every tool of the assistant may read the files of a message.
  const tools = [{ type: 'code_interpreter' }, { type: 'file_search' }];
  const attachments = list(files).map((file_id) => ({ file_id, tools }));
  return { ...rest, attachments };
}

const toMessages = (messages: unknown) => (Array.isArray(messages) ? messages.map(toMessage) : messages);

/** The body of an operation: an assistant, a thread, a message or a run. */
export function toCurrent(body: unknown): unknown {
  if (!isObject(body)) return body;
  if ('role' in body) return toMessage(body);
  const { file_ids: files, ...rest } = body;
  return {
    ...rest,
    ...(files === undefined || files === null ? {} : { tool_resources: { code_interpreter: { file_ids: files } } }),
    ...('tools' in body ? { tools: Array.isArray(body['tools']) ? body['tools'].map(toTool) : body['tools'] } : {}),
    ...('messages' in body ? { messages: toMessages(body['messages']) } : {}),
    ...('additional_messages' in body ? { additional_messages: toMessages(body['additional_messages']) } : {}),
    ...('tool_choice' in body ? { tool_choice: toTool(body['tool_choice']) } : {}),
    ...('thread' in body ? { thread: toCurrent(body['thread']) } : {}),
  };
}

/** The name of a current parameter in v1. */
export function toV1Param(param: string): string {
  return param
    .replace('tool_resources.code_interpreter.file_ids', 'file_ids')
    .replace(/attachments\[(\d+)\]\.file_id/, 'file_ids[$1]');
}
