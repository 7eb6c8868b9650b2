/** Calls of tools as items of a response, and the events of their life. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CallForm, Item, ItemStatus } from './call-form.ts';
import { FUNCTION } from './client-tools/index.ts';
import type { NamedTools } from './client-tools/list-client-tools.ts';
import { CODE_INTERPRETER_FORM } from './code-interpreter-form.ts';
import { FILE_SEARCH_FORM } from './file-search-form.ts';
import { toMcpForm } from './mcp-call-form.ts';
import { WEB_SEARCH_FORM } from './web-search-form.ts';

/** By the type of the tool. */
const SERVER_FORMS: Readonly<Record<string, (call: ModelCall) => CallForm>> = {
  code_interpreter: () => CODE_INTERPRETER_FORM,
  file_search: () => FILE_SEARCH_FORM,
  mcp: toMcpForm,
  web_search: () => WEB_SEARCH_FORM,
};

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
