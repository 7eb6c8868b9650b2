/**
 * Hybrid search in one store: vectors and BM25 each yield candidates, reciprocal rank fusion selects the results, and
 * the score of a result is the weighted mean of its cosine and its BM25, from 0 to 1, which compares across stores.
 */

import type { ModelRegistry } from '../engines/registry.ts';
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type {
  AttributeFilter,
  ChunkScore,
  FoundChunk,
  VectorStoreWithTotals,
} from '../storage/repositories/vector-stores.ts';
import { embeddingModelOf } from './embedding-model.ts';
import { fuseRanks } from './fuse.ts';
import { countTerms } from './terms.ts';

export interface ChunkSearch {
  store: VectorStoreWithTotals;
  /** At least one. */
  queries: readonly string[];
  filter?: AttributeFilter | undefined;
  /** Search by vectors and by words; false: by vectors alone. */
  hybrid: boolean;
  /** Of a hybrid search, of any sum above 0. Default: what suits the embedding model. */
  weights?: Weights | undefined;
  limit: number;
  /** 0 to 1. */
  threshold: number;
}

export interface SearchResult extends FoundChunk {
  score: number;
}

export interface SearchDeps {
  models: ModelRegistry;
  scope: ProjectRepositories;
  signal: AbortSignal;
  /** Receives the number of embedded tokens. */
  onUsage(usage: { modelId: string; inputTokens: number }): void;
}

/** Each search yields this many times the limit, so that chunks which both find well are among the candidates. */
const CANDIDATES_PER_RESULT = 4;
const MIN_CANDIDATES = 40;
/** Further terms of a query are ignored. */
const MAX_TERMS = 64;

/**
 * A chunk of mean length that contains each word of the query once has 1 / (1 + k1) of the highest possible BM25. This
 * factor scales that score to 1, the weight of a cosine of 1.
 */
const FULL_MATCH = 2.2;

/** Results by descending score, then in the order of the store. */
export function searchChunks(deps: SearchDeps, search: ChunkSearch): Promise<SearchResult[]> {
  return searchOne(deps, search, createQueryEmbedder(deps, search.queries));
}

/** The best results of several stores. Embeds the queries once for each embedding model. */
export async function searchStores(
  deps: SearchDeps,
  { stores, ...search }: Omit<ChunkSearch, 'store'> & { stores: readonly VectorStoreWithTotals[] },
): Promise<SearchResult[]> {
  const embed = createQueryEmbedder(deps, search.queries);
  const results: SearchResult[] = [];
  for (const store of stores) results.push(...(await searchOne(deps, { store, ...search }, embed)));
  return results.toSorted((a, b) => b.score - a.score).slice(0, search.limit);
}

/** Returns the vectors of the queries by the embedding model of the store. */
type EmbedQueries = (store: VectorStoreWithTotals) => Promise<readonly Float32Array[]>;

function createQueryEmbedder({ models, signal, onUsage }: SearchDeps, queries: readonly string[]): EmbedQueries {
  const byModel = new Map<string, readonly Float32Array[]>();
  const nameInput = (index: number) => (queries.length === 1 ? 'query' : `query[${index}]`);
  return async (store) => {
    const model = await embeddingModelOf(models, store);
    const known = byModel.get(model.modelId);
    if (known !== undefined) return known;
    const { vectors, inputTokens } = await model.doEmbed(
      { inputs: queries, nameInput },
      { signal, priority: 'online' },
    );
    onUsage({ modelId: model.modelId, inputTokens });
    byModel.set(model.modelId, vectors);
    return vectors;
  };
}

async function searchOne(deps: SearchDeps, search: ChunkSearch, embed: EmbedQueries): Promise<SearchResult[]> {
  const { store, limit, threshold } = search;
  if (store.embeddingModel === null) return [];
  const { vectorStores } = deps.scope;
  const candidates: Candidates[] = [];
  for (const [index, vector] of (await embed(store)).entries()) {
    candidates.push(await findCandidates(vectorStores, search, { vector, text: search.queries[index] ?? '' }));
  }
  const weights = weigh(deps, search);
  const lists = candidates.flatMap(({ byMeaning, byWords }) => [
    { keys: byMeaning.map(({ chunkKey }) => chunkKey), weight: weights.meaning },
    { keys: byWords.map(({ chunkKey }) => chunkKey), weight: weights.words },
  ]);
  const fused = fuseRanks(lists).slice(0, limit);
  const scores = new Map<number, number>();
  for (const each of candidates) {
    for (const [key, score] of await scoreChunks(vectorStores, search, { ...each, keys: fused, weights })) {
      scores.set(key, Math.max(score, scores.get(key) ?? 0));
    }
  }
  const chunks = await vectorStores.listChunks(store.id, fused);
  return chunks
    .map((chunk) => ({ ...chunk, score: scores.get(chunk.chunkKey) ?? 0 }))
    .filter(({ score }) => score >= threshold)
    .toSorted((a, b) => b.score - a.score || a.chunkKey - b.chunkKey);
}

export interface Weights {
  meaning: number;
  words: number;
}

const EQUAL: Weights = { meaning: 0.5, words: 0.5 };
/** The built-in model has a small vocabulary. Measured on the tuning part of bench/retrieval. */
const BUILT_IN: Weights = { meaning: 0.2, words: 0.8 };

/** The weights of both scores; their sum is 1. */
function weigh({ models }: SearchDeps, { store, hybrid, weights }: ChunkSearch): Weights {
  if (!hybrid) return { meaning: 1, words: 0 };
  if (weights !== undefined) {
    const sum = weights.meaning + weights.words;
    return { meaning: weights.meaning / sum, words: weights.words / sum };
  }
  const isBuiltIn = models.list().some(({ id, builtIn }) => id === store.embeddingModel && builtIn);
  return isBuiltIn ? BUILT_IN : EQUAL;
}

/** The candidates of one query, best first. */
interface Candidates {
  vector: Float32Array;
  terms: readonly string[];
  byMeaning: readonly ChunkScore[];
  byWords: readonly ChunkScore[];
  /** Maximum length of each list; a shorter list is complete. */
  max: number;
}

type VectorStores = ProjectRepositories['vectorStores'];

async function findCandidates(
  vectorStores: VectorStores,
  { store, filter, hybrid, limit }: ChunkSearch,
  { vector, text }: { vector: Float32Array; text: string },
): Promise<Candidates> {
  const max = Math.max(MIN_CANDIDATES, limit * CANDIDATES_PER_RESULT);
  const scope = { storeId: store.id, filter, limit: max };
  const terms = hybrid ? [...countTerms(text).keys()].slice(0, MAX_TERMS) : [];
  const [byMeaning, byWords] = await Promise.all([
    vectorStores.nearest({ ...scope, vector }),
    vectorStores.search({ ...scope, terms }),
  ]);
  return { vector, terms, byMeaning, byWords, max };
}

/**
 * The score of each chunk for one query. Missing cosines and BM25 scores of chunks that only one search found are read
 * from the store.
 */
async function scoreChunks(
  vectorStores: VectorStores,
  { store, hybrid }: ChunkSearch,
  { vector, terms, byMeaning, byWords, max, keys, weights }: Candidates & { keys: readonly number[]; weights: Weights },
): Promise<Map<number, number>> {
  const meaning = new Map(byMeaning.map(({ chunkKey, score }) => [chunkKey, score]));
  const words = new Map(byWords.map(({ chunkKey, score }) => [chunkKey, score]));
  const chunksWithout = (known: ReadonlyMap<number, number>, isComplete: boolean) => {
    const chunks = isComplete ? [] : keys.filter((key) => !known.has(key));
    return { storeId: store.id, chunks, limit: chunks.length };
  };
  const [withoutMeaning, withoutWords] = [
    chunksWithout(meaning, byMeaning.length < max),
    chunksWithout(words, byWords.length < max),
  ];
  const add = (to: Map<number, number>, found: readonly ChunkScore[]) => {
    for (const { chunkKey, score } of found) to.set(chunkKey, score);
  };
  await Promise.all([
    withoutMeaning.limit > 0 &&
      vectorStores.nearest({ ...withoutMeaning, vector }).then((found) => add(meaning, found)),
    hybrid &&
      withoutWords.limit > 0 &&
      vectorStores.search({ ...withoutWords, terms }).then((found) => add(words, found)),
  ]);
  return new Map(
    keys.map((key) => {
      const cosine = clamp(meaning.get(key) ?? 0);
      return [key, weights.meaning * cosine + weights.words * clamp((words.get(key) ?? 0) * FULL_MATCH)];
    }),
  );
}

const clamp = (score: number) => Math.min(1, Math.max(0, score));
