/** `POST /vector_stores/{vector_store_id}/search`. */
import { type BodyOf, vectorStores } from '@selfsame/contract';
import type { Context } from '../../operations/context.ts';
import { touchStore } from '../../retrieval/activity.ts';
import { rewriteQuery } from '../../retrieval/rewrite-query.ts';
import { type SearchResult, searchChunks } from '../../retrieval/search.ts';
import { implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { findLiveStore } from './find-store.ts';
import { toAttributeFilter } from './to-attribute-filter.ts';

type Body = BodyOf<typeof vectorStores.search>;

const DEFAULT_RESULTS = 10;

export default implement(
  vectorStores.search,
  (services) =>
    ({ params, body }, context) =>
      search(services, { storeId: params.vector_store_id, body }, context),
);

async function search(services: Services, { storeId, body }: { storeId: string; body: Body }, context: Context) {
  const { signal, meter } = context;
  const { filters, ranking_options: ranking = {}, max_num_results: limit = DEFAULT_RESULTS } = body;
  const filter = filters === undefined ? undefined : toAttributeFilter(filters);
  const scope = services.repositories.forProject(context.principal.projectId);
  const now = services.clock.now();
  const store = await findLiveStore(scope, storeId, now);
  const given = [body.query].flat();
  const queries = body.rewrite_query === true ? given.map(rewriteQuery) : given;
  const onUsage = (usage: { modelId: string; inputTokens: number }) =>
    meter({ ...usage, outputTokens: 0, cachedInputTokens: 0 });
  const hybrid = ranking.ranker !== 'none';
  const threshold = ranking.score_threshold ?? 0;
  const options = { store, queries, filter, hybrid, limit, threshold };
  const results = await searchChunks({ models: services.models, scope, signal, onUsage }, options);
  await touchStore(scope, store, now);
  return {
    object: 'vector_store.search_results.page' as const,
    search_query: queries,
    data: results.map(toResult),
    has_more: false,
    next_page: null,
  };
}

function toResult({ fileId, filename, score, attributes, text }: SearchResult) {
  return { file_id: fileId, filename, score, attributes, content: [{ type: 'text' as const, text }] };
}
