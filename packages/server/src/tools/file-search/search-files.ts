/**
 * Runs a call of `file_search`: searches the vector stores of the run and of its thread, and fits the results to the
 * model's context.
 */
import { touchStore } from '../../retrieval/activity.ts';
import { type SearchResult, searchStores } from '../../retrieval/search.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { countTokens, fitResults } from '../fit-results.ts';
import type { ToolContext, ToolDeps } from '../tool.ts';
import { toMark } from './citations.ts';
import { FILE_SEARCH, type FileSearchSettings, toSettings } from './definition.ts';
import { listLiveStores } from './stores.ts';

/** Part of the model's context for the results of all searches of a run. */
const RESULTS_SHARE = 1 / 4;
const NOTHING_FOUND = 'Nothing was found.';
const NO_ROOM = 'There is no room for more results. Answer with those that were found before.';
/** The name that the API's run steps have for the ranker. */
const RANKER = 'default_2024_08_21';

/** A store that does not exist or has expired yields no results. @throws every error of the embedding model. */
export async function searchFiles(
  deps: Pick<ToolDeps, 'models' | 'clock'>,
  call: ModelCall,
  context: ToolContext,
): Promise<ModelCall> {
  const settings = toSettings(context.settings);
  const query = toQuery(call.arguments);
  const found = query === '' ? [] : await findResults(deps, context, { query, ...settings });
  const earlier = context.earlierCalls.filter(({ own }) => own?.type === FILE_SEARCH);
  const usedTokens = earlier.reduce((tokens, { output }) => tokens + countTokens(output ?? ''), 0);
  const shown = fitResults(found, {
    query,
    tokens: context.contextTokens * RESULTS_SHARE - usedTokens,
    toMark: (index) => toMark(earlier.length, index, found[index]?.filename ?? ''),
  });
  const results = found.slice(0, shown.length).map(({ fileId, filename, score, text, attributes }) => ({
    file_id: fileId,
    file_name: filename,
    score,
    content: [{ type: 'text', text }],
    ...(settings.hasAttributes ? { attributes } : {}),
  }));
  const details = { ranking_options: { ranker: RANKER, score_threshold: settings.threshold }, results };
  const empty = found.length === 0 ? NOTHING_FOUND : NO_ROOM;
  const output = shown.length === 0 ? empty : shown.join('\n\n');
  return { ...call, output, own: { type: FILE_SEARCH, details } };
}

/** Returns the empty text for arguments without a query. */
function toQuery(text: string): string {
  try {
    const { query } = JSON.parse(text) as { query?: unknown };
    return typeof query === 'string' ? query.trim() : '';
  } catch {
    // A model that decodes without a grammar may write any arguments.
    return '';
  }
}

async function findResults(
  { models, clock }: Pick<ToolDeps, 'models' | 'clock'>,
  context: ToolContext,
  { query, maxResults, threshold, filter, weights }: FileSearchSettings & { query: string },
): Promise<SearchResult[]> {
  const now = clock.now();
  const { repositories: scope, signal, onUsage } = context;
  const stores = await listLiveStores(context, now);
  const search = { stores, queries: [query], hybrid: true, limit: maxResults, threshold, filter, weights };
  const results = await searchStores({ models, scope, signal, onUsage }, search);
  for (const store of stores) await touchStore(scope, store, now);
  return results;
}
