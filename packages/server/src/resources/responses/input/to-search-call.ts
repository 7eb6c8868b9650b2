/** A file search of an earlier answer → the call that the model reads again. Pure apart from a new id. */
import type { FileSearchToolCall } from '@selfsame/contract';
import type { IdSource } from '../../../lib/ids.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';

/** Without results, there is nothing to read. */
export function toSearchCall({ queries, results }: FileSearchToolCall, ids: IdSource): Pick<NewItem, 'call'> {
  if (results === undefined || results === null) return {};
  const output = results.map(({ filename = '', text = '' }) => `${filename}\n${text}`).join('\n\n');
  const query = queries.join(' ');
  return { call: { id: ids('call_'), name: 'file_search', arguments: JSON.stringify({ query }), output } };
}
