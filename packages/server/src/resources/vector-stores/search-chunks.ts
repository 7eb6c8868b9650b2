/**
 * Search in one store: likeness of meaning and likeness of words each bring candidates, reciprocal ranks decide which of them are results,
 * and each result's score is its own: the mean of both likenesses, from 0 to 1, which mean the same in every store.
 */
import { fuseRanks } from '../../retrieval/fuse.ts';
import { countTerms } from '../../retrieval/terms.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type {
  AttributeFilter,
  ChunkScore,
  FoundChunk,
  VectorStoreView,
} from '../../storage/repositories/vector-stores.ts';
import type { Services } from '../services.ts';
import { embeddingModelOf } from './embedding-model.ts';

export interface ChunkSearch {
  store: VectorStoreView;
  /** At least one. */
  queries: readonly string[];
  filter?: AttributeFilter | undefined;
  /** By meaning alone, or by words too. */
  hybrid: boolean;
  limit: number;
  /** 0 to 1. */
  threshold: number;
}

export interface SearchResult extends FoundChunk {
  score: number;
}

export interface SearchSurroundings {
  models: Services['models'];
  scope: ProjectRepositories;
  signal: AbortSignal;
  /** Told of the tokens that were embedded. */
  onUsage(usage: { modelId: string; inputTokens: number }): void;
}

/** Each way of finding brings so many times what is asked for, so that a chunk which both find well is among them. */
const CANDIDATES_PER_RESULT = 4;
const LEAST_CANDIDATES = 40;
/** More say no more about what is looked for. */
const MOST_TERMS = 64;

/**
 * A chunk of mean length in which each word of the query stands once has 1 / (1 + k1) of the highest BM25 that there could be. That is all that
 * can be asked for, and weighs as much as being of the same meaning.
 */
const FULL_MATCH = 2.2;

interface Evidence {
  meaning: number;
  words: number;
}

/** The best first, equal ones in the order of the store. */
export async function searchChunks(surroundings: SearchSurroundings, search: ChunkSearch): Promise<SearchResult[]> {
  const { store, hybrid, limit, threshold } = search;
  if (store.embeddingModel === null) return [];
  const { vectorStores } = surroundings.scope;
  const lists: ChunkScore[][] = [];
  const scores = new Map<number, number>();
  for (const [index, vector] of (await embedQueries(surroundings, search)).entries()) {
    const found = await findCandidates(vectorStores, search, { vector, text: search.queries[index] ?? '' });
    lists.push(...found.lists);
    for (const [key, { meaning, words }] of found.evidence) {
      const score = hybrid ? (meaning + words) / 2 : meaning;
      scores.set(key, Math.max(score, scores.get(key) ?? 0));
    }
  }
  const fused = fuseRanks(lists.map((list) => list.map(({ chunkKey }) => chunkKey))).slice(0, limit);
  const chunks = await vectorStores.listChunks(store.id, fused);
  return chunks
    .map((chunk) => ({ ...chunk, score: scores.get(chunk.chunkKey) ?? 0 }))
    .filter(({ score }) => score >= threshold)
    .toSorted((a, b) => b.score - a.score || a.chunkKey - b.chunkKey);
}

async function embedQueries({ models, signal, onUsage }: SearchSurroundings, { store, queries }: ChunkSearch) {
  const model = await embeddingModelOf(models, store);
  const nameInput = (index: number) => (queries.length === 1 ? 'query' : `query[${index}]`);
  const { vectors, inputTokens } = await model.doEmbed({ inputs: queries, nameInput }, { signal, priority: 'online' });
  onUsage({ modelId: model.modelId, inputTokens });
  return vectors;
}

async function findCandidates(
  vectorStores: ProjectRepositories['vectorStores'],
  { store, filter, hybrid, limit }: ChunkSearch,
  { vector, text }: { vector: Float32Array; text: string },
) {
  const most = Math.max(LEAST_CANDIDATES, limit * CANDIDATES_PER_RESULT);
  const scope = { storeId: store.id, filter, limit: most };
  const near = await vectorStores.nearest({ ...scope, vector });
  const terms = hybrid ? [...countTerms(text).keys()].slice(0, MOST_TERMS) : [];
  const worded = await vectorStores.search({ ...scope, terms });
  const evidence = new Map<number, Evidence>();
  const missing = near.at(-1)?.score ?? 0;
  for (const { chunkKey, score } of near) evidence.set(chunkKey, { meaning: clamp(score), words: 0 });
  for (const { chunkKey, score } of worded) {
    // Found by its words alone, it is at most as near as the farthest that was found.
    const meaning = evidence.get(chunkKey)?.meaning ?? clamp(missing);
    evidence.set(chunkKey, { meaning, words: clamp(score * FULL_MATCH) });
  }
  return { lists: hybrid ? [near, worded] : [near], evidence };
}

const clamp = (score: number) => Math.min(1, Math.max(0, score));
