/** Answers a model's call of `file_search`: what is found in the vector stores of the run and of its thread, as much as the model can take. */
import { estimateTokens } from '../../../generation/context-window.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunCall, RunRecord } from '../../../storage/repositories/runs.ts';
import type { VectorStoreView } from '../../../storage/repositories/vector-stores.ts';
import type { Services } from '../../services.ts';
import { touchStore } from '../../vector-stores/activity.ts';
import { isExpired } from '../../vector-stores/find-store.ts';
import { type SearchResult, searchChunks } from '../../vector-stores/search-chunks.ts';
import { toMark } from './citations.ts';
import { FILE_SEARCH, fileSearchOf } from './file-search-tool.ts';

/** What results may take of the model's context. */
const RESULTS_SHARE = 0.4;
/** The one that the API's steps name. */
const RANKER = 'default_2024_08_21';

export interface FileSearch {
  run: RunRecord;
  scope: ProjectRepositories;
  contextTokens: number;
  signal: AbortSignal;
  onUsage(usage: { modelId: string; inputTokens: number }): void;
}

/** The call with its output. A store that is gone or expired has nothing. @throws whatever the embedding model throws. */
export async function searchFiles(
  services: Pick<Services, 'models' | 'clock'>,
  search: FileSearch,
  call: RunCall,
): Promise<RunCall> {
  const { run, scope, contextTokens } = search;
  const { threshold } = fileSearchOf(run.definition) ?? { threshold: 0 };
  const query = queryOf(call.arguments);
  const found = query === '' ? [] : await findResults(services, search, query);
  const number = (await listSearches(scope, run)).length;
  const marked = found.map((result, index) => `${toMark(number, index, result.filename)}\n${result.text}`);
  const fitting = fit(marked, contextTokens * RESULTS_SHARE);
  const results = found.slice(0, fitting.length).map(({ fileId, filename, score, text }) => ({
    file_id: fileId,
    file_name: filename,
    score,
    content: [{ type: 'text', text }],
  }));
  const details = { ranking_options: { ranker: RANKER, score_threshold: threshold }, results };
  const output = fitting.length === 0 ? 'Nothing was found.' : fitting.join('\n\n');
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

/** File ids of the results of each search of the run, in order. */
export async function listSearches(
  { runSteps }: Pick<ProjectRepositories, 'runSteps'>,
  { id, definition }: Pick<RunRecord, 'id' | 'definition'>,
): Promise<string[][]> {
  if (fileSearchOf(definition) === undefined) return [];
  const { records } = await runSteps.list(id, { limit: MOST_STEPS, order: 'asc' });
  return records
    .flatMap(({ calls }) => calls)
    .flatMap(({ own }) => (own?.type === FILE_SEARCH ? [own.details['results']] : []))
    .map((results) => (Array.isArray(results) ? results.map(({ file_id }: { file_id: string }) => file_id) : []));
}

/** The first ones, whole; the very first as far as it goes. */
function fit(texts: readonly string[], tokens: number): string[] {
  const fitting: string[] = [];
  let left = tokens;
  for (const text of texts) {
    const size = estimateTokens([{ role: 'tool', content: text }]);
    if (size > left) break;
    fitting.push(text);
    left -= size;
  }
  const [first] = texts;
  return fitting.length === 0 && first !== undefined ? [first.slice(0, Math.floor(tokens))] : fitting;
}
