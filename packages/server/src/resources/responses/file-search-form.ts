/** Searches of files as items. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CallForm } from './call-form.ts';

export const FILE_SEARCH_FORM: CallForm = {
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
