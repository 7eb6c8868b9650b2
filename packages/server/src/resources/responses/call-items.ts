/** Calls of tools as items of a response, and the events of their life. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CallForm, Item, ItemStatus } from './call-form.ts';
import { FUNCTION } from './client-tools/index.ts';
import type { NamedTools } from './client-tools/list-client-tools.ts';
import { toMcpForm } from './mcp-call-form.ts';

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
  idOf(call: ModelCall): string;
  /** @throws ApiError for a complete call that no client can run. */
  toItem(call: ModelCall, status: ItemStatus): Item;
  formOf(call: ModelCall): CallForm;
}

export function createCallItems(clientTools: NamedTools): CallItems {
  const formOf = (call: ModelCall) => {
    const { name, own } = call;
    if (own !== undefined) return SERVER_FORMS[own.type]?.(call) ?? FUNCTION.form;
    return (clientTools.get(name)?.tool ?? FUNCTION).form;
  };
  const idOf = (call: ModelCall) => `${formOf(call).prefix}${call.id.replace(/^call_/, '')}`;
  return {
    formOf,
    idOf,
    toItem(call, status) {
      const place = clientTools.get(call.name)?.inNamespace;
      const item = formOf(call).toItem({ ...call, ...(place === undefined ? {} : { name: place.name }) }, status);
      return { id: idOf(call), ...item, ...(place === undefined ? {} : { namespace: place.namespace }) };
    },
  };
}
