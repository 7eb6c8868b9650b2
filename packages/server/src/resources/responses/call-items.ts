/** Calls of tools as items of a response, and the events of their life. Pure. */
import { toInput } from '../../generation/request/custom-calls.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CallForm, Item, ItemStatus } from './call-form.ts';
import { toMcpForm } from './mcp-call-form.ts';

const FUNCTION: CallForm = {
  prefix: 'fc_',
  toItem: ({ id, name, arguments: text }, status) => ({
    type: 'function_call',
    status,
    call_id: id,
    name,
    arguments: text,
  }),
  onStart: [],
  onArguments: (_call, delta) => ({ type: 'response.function_call_arguments.delta', delta }),
  onRun: () => [],
  onEnd: ({ name, arguments: text }) => [{ type: 'response.function_call_arguments.done', name, arguments: text }],
};

const CUSTOM: CallForm = {
  prefix: 'ctc_',
  toItem: ({ id, name, arguments: text }, status) => ({
    type: 'custom_tool_call',
    status,
    call_id: id,
    name,
    input: toInput(text),
  }),
  onStart: [],
  onArguments({ arguments: text }, added) {
    const before = toInput(text.slice(0, text.length - added.length));
    const delta = toInput(text).slice(before.length);
    return delta === '' ? undefined : { type: 'response.custom_tool_call_input.delta', delta };
  },
  onRun: () => [],
  onEnd: ({ arguments: text }) => [{ type: 'response.custom_tool_call_input.done', input: toInput(text) }],
};

const FILE_SEARCH: CallForm = {
  prefix: 'fs_',
  toItem: (call, status) => ({
    type: 'file_search_call',
    status,
    queries: toQueries(call),
    results: toResults(call),
  }),
  onStart: [{ type: 'response.file_search_call.in_progress' }],
  onArguments: () => undefined,
  onRun: () => [{ type: 'response.file_search_call.searching' }],
  onEnd: () => [{ type: 'response.file_search_call.completed' }],
};

/** By the type of the tool. */
const SERVER_FORMS: Readonly<Record<string, (call: ModelCall) => CallForm>> = {
  file_search: () => FILE_SEARCH,
  mcp: toMcpForm,
};

function toQueries({ arguments: text }: ModelCall): string[] {
  try {
    const { query } = JSON.parse(text) as { query?: unknown };
    return typeof query === 'string' ? [query] : [];
  } catch {
    // The arguments of a call that is being written, or that the model cut.
    return [];
  }
}

interface FoundFile {
  file_id: string;
  file_name: string;
  score: number;
  content: readonly { text: string }[];
  attributes?: object;
}

/** Null until the search has ended. */
function toResults({ own }: ModelCall) {
  const results = own?.details['results'] as readonly FoundFile[] | undefined;
  if (results === undefined) return null;
  return results.map(({ file_id, file_name, score, content, attributes = {} }) => ({
    file_id,
    filename: file_name,
    score,
    text: content.map(({ text }) => text).join(''),
    attributes,
  }));
}

/** Translates the calls of one response. */
export interface CallItems {
  toItem(call: ModelCall, status: ItemStatus): Item;
  formOf(call: ModelCall): CallForm;
}

/** @param customNames names of the custom tools of the request. */
export function createCallItems(customNames: ReadonlySet<string>): CallItems {
  const formOf = (call: ModelCall) => {
    const { name, own } = call;
    if (own !== undefined) return SERVER_FORMS[own.type]?.(call) ?? FUNCTION;
    return customNames.has(name) ? CUSTOM : FUNCTION;
  };
  return {
    formOf,
    toItem(call, status) {
      const { prefix, toItem } = formOf(call);
      return { id: `${prefix}${call.id.replace(/^call_/, '')}`, ...toItem(call, status) };
    },
  };
}
