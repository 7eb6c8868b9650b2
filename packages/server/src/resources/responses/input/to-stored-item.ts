/**
 * An item of a request → a stored item: with an id, a status, and its content as parts. Pure apart from new ids.
 * Items that no model of the server can read are refused by their parameter.
 */
import type { InputItem } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { toSearchCall } from './to-search-call.ts';
import { toStoredContent } from './to-stored-content.ts';

type Of<T extends InputItem['type']> = Extract<InputItem, { type: T }>;
type Message = Extract<InputItem, { role: 'user' | 'assistant' | 'system' | 'developer'; content: unknown }>;

/** Items whose properties a model does not read; they are stored unchanged. */
const UNREAD: ReadonlySet<string> = new Set(['reasoning', 'web_search_call', 'image_generation_call', 'compaction']);

/** @throws ApiError naming the part that the server cannot read. */
export function toStoredItem(item: InputItem, param: string, ids: IdSource): NewItem {
  if (!('type' in item) || item.type === 'message') return toMessage(item as Message, param, ids);
  switch (item.type) {
    case 'function_call':
      return toCall(item, 'fc_', ids);
    case 'custom_tool_call':
      return toCall(item, 'ctc_', ids);
    case 'function_call_output':
      return toOutput(item, { prefix: 'fco_', param, ids });
    case 'custom_tool_call_output':
      return toOutput(item, { prefix: 'ctco_', param, ids });
    case 'mcp_list_tools':
    case 'mcp_call':
    case 'mcp_approval_request':
      return stored(item, item.id);
    case 'mcp_approval_response':
      return stored(item, item.id ?? ids('mcpr_'));
    case 'file_search_call':
      return { ...toSearchCall(item, ids), ...stored(item, item.id) };
    default:
      return toUnread(item, param, ids);
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

function toCall(item: Of<'function_call'> | Of<'custom_tool_call'>, prefix: string, ids: IdSource): NewItem {
  if (item.type === 'custom_tool_call') return stored({ status: 'completed', ...item }, item.id ?? ids(prefix));
  return stored({ ...item, status: item.status ?? 'completed' }, item.id ?? ids(prefix));
}

interface OutputOptions {
  prefix: string;
  param: string;
  ids: IdSource;
}

function toOutput(
  item: Of<'function_call_output'> | Of<'custom_tool_call_output'>,
  { prefix, param, ids }: OutputOptions,
): NewItem {
  const { output, call_id: callId } = item;
  if (callId === undefined || callId === null) throw errors.missingParameter(`${param}.call_id`);
  for (const [index, part] of typeof output === 'string' ? [] : output.entries()) {
    if (part.type !== 'input_text') throw refuse(`${param}.output[${index}].type`, part.type);
  }
  const given = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
  return stored({ status: 'completed', ...given }, item.id ?? ids(prefix));
}

function toUnread(item: InputItem, param: string, ids: IdSource): NewItem {
  const type = String(item.type);
  if (!UNREAD.has(type)) throw refuse(`${param}.type`, type);
  return stored(item, ('id' in item && item.id) || ids('item_'));
}

const refuse = (param: string, type: string) =>
  errors.unsupportedValue(param, `Invalid value: '${type}'. The models of this server cannot read items of this type.`);
