/** Searches of the web, and opened pages, as items. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { sourcesOf } from '../../tools/web-search/citations.ts';
import { toAction } from '../../tools/web-search/definition.ts';
import type { CallForm, ItemStatus } from './call-form.ts';

/** The API has no status for a call that a limit cut. */
function toStatus({ own }: ModelCall, status: ItemStatus) {
  return status === 'incomplete' || own?.details['failed'] === true ? 'failed' : status;
}

/** A search has its sources when it has ended. */
function toWireAction(call: ModelCall) {
  const action = toAction(call.name, call.arguments);
  if (action.type !== 'search') return action;
  const { type, query } = action;
  const sources = sourcesOf(call).map(({ url }) => ({ type: 'url', url }));
  return { type, query, queries: query === '' ? [] : [query], ...(sources.length === 0 ? {} : { sources }) };
}

export const WEB_SEARCH_FORM: CallForm = {
  prefix: 'ws_',
  toItem: (call, status) => ({
    type: 'web_search_call',
    status: toStatus(call, status),
    action: toWireAction(call),
  }),
  onStart: [{ type: 'response.web_search_call.in_progress' }],
  onArguments: () => undefined,
  onRun: () => [{ type: 'response.web_search_call.searching' }],
  onEnd: () => [{ type: 'response.web_search_call.completed' }],
};
