/**
 * An item of a request → a stored item: with an id, a status, and its content as parts. Pure apart from new ids.
 * Items that no model of the server can read are refused by their parameter.
 */
import type { InputItem } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { type ItemData, withStatus } from '../client-tools/client-tool.ts';
import { toolOfCall, toolOfOutput } from '../client-tools/index.ts';
import { toCodeCall } from './to-code-call.ts';
import { toSearchCall } from './to-search-call.ts';
import { toStoredContent } from './to-stored-content.ts';

type Message = Extract<InputItem, { role: 'user' | 'assistant' | 'system' | 'developer'; content: unknown }>;

/** Items whose properties a model does not read; they are stored unchanged. */
const UNREAD: ReadonlySet<string> = new Set(['reasoning', 'web_search_call', 'image_generation_call', 'compaction']);

/** @throws ApiError naming the part that the server cannot read. */
export function toStoredItem(item: InputItem, param: string, ids: IdSource): NewItem {
  if (!('type' in item) || item.type === 'message') return toMessage(item as Message, param, ids);
  switch (item.type) {
    case 'mcp_list_tools':
    case 'mcp_call':
    case 'mcp_approval_request':
      return stored(item, item.id);
    case 'mcp_approval_response':
      return stored(item, item.id ?? ids('mcpr_'));
    case 'code_interpreter_call':
      return { ...toCodeCall(item, ids), ...stored(item, item.id) };
    case 'file_search_call':
      return { ...toSearchCall(item, ids), ...stored(item, item.id) };
    default:
      return toClientItem(item, param, ids) ?? toUnread(item, param, ids);
  }
}

function stored(item: object, id: string): NewItem {
  return { id, data: { ...item, id } };
}

function toMessage({ role, content, id, ...rest }: Message, param: string, ids: IdSource): NewItem {
  const status = 'status' in rest && rest.status !== undefined ? rest.status : 'completed';
  const phase = 'phase' in rest && rest.phase != null ? { phase: rest.phase } : {};
  const parts = toStoredContent(content, role, `${param}.content`);
  return stored({ type: 'message', role, status, content: parts, ...phase }, id ?? ids('msg_'));
}

/** A call of a tool of the client, or its output. Undefined for other items. */
function toClientItem(item: InputItem, param: string, ids: IdSource): NewItem | undefined {
  const data: ItemData = { ...item };
  const { id } = data;
  const called = toolOfCall.get(data['type']);
  if (called !== undefined) {
    return stored(
      { ...called.callDefaults, ...withStatus(data) },
      typeof id === 'string' ? id : ids(called.form.prefix),
    );
  }
  const answered = toolOfOutput.get(data['type']);
  if (answered === undefined) return undefined;
  checkOutput(data, param);
  const output = answered.toStoredOutput(data);
  return stored(output, typeof id === 'string' ? id : ids(answered.outputPrefix));
}

/** @throws ApiError for an output without its call, or that no model of the server can read. */
function checkOutput({ type, call_id: callId, output }: ItemData, param: string): void {
  if (type !== 'local_shell_call_output' && (callId === undefined || callId === null)) {
    throw errors.missingParameter(`${param}.call_id`);
  }
  if (type === 'computer_call_output') throw refuse(`${param}.output.type`, 'computer_screenshot');
  if (!Array.isArray(output)) return;
  for (const [index, part] of (output as readonly ItemData[]).entries()) {
    const { type: partType } = part;
    if (typeof partType === 'string' && partType !== 'input_text' && partType !== 'input_file') {
      throw refuse(`${param}.output[${index}].type`, partType);
    }
  }
}

function toUnread(item: InputItem, param: string, ids: IdSource): NewItem {
  const type = String(item.type);
  if (!UNREAD.has(type)) throw refuse(`${param}.type`, type);
  return stored(item, ('id' in item && item.id) || ids('item_'));
}

const refuse = (param: string, type: string) =>
  errors.unsupportedValue(param, `Invalid value: '${type}'. The models of this server cannot read items of this type.`);
