/** Answers a model's call of `file_search`: what is found in the vector stores of the run and of its thread, as much as the model can take. */

import { isExpired, touchStore } from '../../retrieval/activity.ts';
import { type SearchResult, searchChunks } from '../../retrieval/search.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunCall, RunRecord } from '../../storage/repositories/runs.ts';
import type { VectorStoreView } from '../../storage/repositories/vector-stores.ts';
import type { Services } from '../../resources/services.ts';
import { toMark } from './citations.ts';
import { FILE_SEARCH, fileSearchOf } from './definition.ts';
import { countTokens, fitResults } from './fit-results.ts';

/** What the results of all searches of a run may take of the model's context. */
const RESULTS_SHARE = 1 / 4;
const NOTHING_FOUND = 'Nothing was found.';
const NO_ROOM = 'There is no room for more results. Answer with those that were found before.';
/** The one that the API's steps name. */
const RANKER = 'default_2024_08_21';

export interface FileSearch {
  run: RunRecord;
  scope: ProjectRepositories;
  contextTokens: number;
  /** Searches before this one in the same turn, which stand in no step yet. */
  before: readonly RunCall[];
  signal: AbortSignal;
  onUsage(usage: { modelId: string; inputTokens: number }): void;
}

/** The call with its output. A store that is gone or expired has nothing. @throws whatever the embedding model throws. */
export async function searchFiles(
  services: Pick<Services, 'models' | 'clock'>,
  search: FileSearch,
  call: RunCall,
): Promise<RunCall> {
  const { run, scope, contextTokens, before } = search;
  const { threshold } = fileSearchOf(run.definition) ?? { threshold: 0 };
  const query = queryOf(call.arguments);
  const found = query === '' ? [] : await findResults(services, search, query);
  const earlier = [...(await listSearchCalls(scope, run)), ...before];
  const used = earlier.reduce((tokens, { output }) => tokens + countTokens(output ?? ''), 0);
  const shown = fitResults(found, {
    query,
    tokens: contextTokens * RESULTS_SHARE - used,
    toMark: (index) => toMark(earlier.length, index, found[index]?.filename ?? ''),
  });
  const results = found.slice(0, shown.length).map(({ fileId, filename, score, text }) => ({
    file_id: fileId,
    file_name: filename,
    score,
    content: [{ type: 'text', text }],
  }));
  const details = { ranking_options: { ranker: RANKER, score_threshold: threshold }, results };
  const none = found.length === 0 ? NOTHING_FOUND : NO_ROOM;
  const output = shown.length === 0 ? none : shown.join('\n\n');
  return { ...call, output, own: { type: FILE_SEARCH, details } };
}

function queryOf(text: string): string {
  try {
    const { query } = JSON.parse(text) as { query?: unknown };
    return typeof query === 'string' ? query.trim() : '';
  } catch {
    // A model that is not held to a grammar may write anything.
    return '';
  }
}

async function findResults(
  { models, clock }: Pick<Services, 'models' | 'clock'>,
  { run, scope, signal, onUsage }: FileSearch,
  query: string,
): Promise<SearchResult[]> {
  const { maxResults, threshold } = fileSearchOf(run.definition) ?? { maxResults: 0, threshold: 0 };
  const now = clock.now();
  const results: SearchResult[] = [];
  for (const store of await listLiveStores(scope, run, now)) {
    const options = { store, queries: [query], hybrid: true, limit: maxResults, threshold };
    results.push(...(await searchChunks({ models, scope, signal, onUsage }, options)));
    await touchStore(scope, store, now);
  }
  return results.toSorted((a, b) => b.score - a.score).slice(0, maxResults);
}

/** The stores that the run searches: its own and those of its thread, without those that are gone or expired. */
export async function listLiveStores(
  scope: Pick<ProjectRepositories, 'threads' | 'vectorStores'>,
  { definition, threadId }: RunRecord,
  now: number,
): Promise<VectorStoreView[]> {
  const thread = await scope.threads.retrieve(threadId);
  const ids = [definition.toolResources, thread?.toolResources].flatMap(
    (resources) => resources?.file_search?.vector_store_ids ?? [],
  );
  const stores = await Promise.all([...new Set(ids)].map((id) => scope.vectorStores.retrieve(id)));
  return stores.filter((store): store is VectorStoreView => store !== undefined && !isExpired(store, now));
}

const MOST_STEPS = 100;

/** The searches of the run that stand in its steps, in order. */
async function listSearchCalls(
  { runSteps }: Pick<ProjectRepositories, 'runSteps'>,
  { id, definition }: Pick<RunRecord, 'id' | 'definition'>,
): Promise<RunCall[]> {
  if (fileSearchOf(definition) === undefined) return [];
  const { records } = await runSteps.list(id, { limit: MOST_STEPS, order: 'asc' });
  return records.flatMap(({ calls }) => calls).filter(({ own }) => own?.type === FILE_SEARCH);
}

/** File ids of the results of each search of the run, in order. */
export async function listSearches(
  scope: Pick<ProjectRepositories, 'runSteps'>,
  run: Pick<RunRecord, 'id' | 'definition'>,
): Promise<string[][]> {
  const calls = await listSearchCalls(scope, run);
  return calls
    .map(({ own }) => own?.details['results'])
    .map((results) => (Array.isArray(results) ? results.map(({ file_id }: { file_id: string }) => file_id) : []));
}
