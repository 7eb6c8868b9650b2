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

/** The best first, equal ones in the order of the store. */
export async function searchChunks(surroundings: SearchSurroundings, search: ChunkSearch): Promise<SearchResult[]> {
  const { store, limit, threshold } = search;
  if (store.embeddingModel === null) return [];
  const { vectorStores } = surroundings.scope;
  const finds: Find[] = [];
  for (const [index, vector] of (await embedQueries(surroundings, search)).entries()) {
    finds.push(await findCandidates(vectorStores, search, { vector, text: search.queries[index] ?? '' }));
  }
  const weights = weigh(surroundings, search);
  const lists = finds.flatMap(({ near, worded }) => [
    { keys: near.map(({ chunkKey }) => chunkKey), weight: weights.meaning },
    { keys: worded.map(({ chunkKey }) => chunkKey), weight: weights.words },
  ]);
  const fused = fuseRanks(lists).slice(0, limit);
  const scores = new Map<number, number>();
  for (const find of finds) {
    for (const [key, score] of await scoreOf(vectorStores, search, { ...find, keys: fused, weights })) {
      scores.set(key, Math.max(score, scores.get(key) ?? 0));
    }
  }
  const chunks = await vectorStores.listChunks(store.id, fused);
  return chunks
    .map((chunk) => ({ ...chunk, score: scores.get(chunk.chunkKey) ?? 0 }))
    .filter(({ score }) => score >= threshold)
    .toSorted((a, b) => b.score - a.score || a.chunkKey - b.chunkKey);
}

interface Weights {
  meaning: number;
  words: number;
}

const EQUAL: Weights = { meaning: 0.5, words: 0.5 };
/** The model that ships with the program knows few words: measured on the part of bench/retrieval that is for tuning. */
const BUILT_IN: Weights = { meaning: 0.2, words: 0.8 };

/** How much each half says, together 1. */
function weigh({ models }: SearchSurroundings, { store, hybrid }: ChunkSearch): Weights {
  if (!hybrid) return { meaning: 1, words: 0 };
  const isBuiltIn = models.list().some(({ id, builtIn }) => id === store.embeddingModel && builtIn);
  return isBuiltIn ? BUILT_IN : EQUAL;
}

async function embedQueries({ models, signal, onUsage }: SearchSurroundings, { store, queries }: ChunkSearch) {
  const model = await embeddingModelOf(models, store);
  const nameInput = (index: number) => (queries.length === 1 ? 'query' : `query[${index}]`);
  const { vectors, inputTokens } = await model.doEmbed({ inputs: queries, nameInput }, { signal, priority: 'online' });
  onUsage({ modelId: model.modelId, inputTokens });
  return vectors;
}

/** What one query found, the best first. */
interface Find {
  vector: Float32Array;
  terms: readonly string[];
  near: readonly ChunkScore[];
  worded: readonly ChunkScore[];
  /** Each list may be this long; a shorter one has all that there is. */
  most: number;
}

type VectorStores = ProjectRepositories['vectorStores'];

async function findCandidates(
  vectorStores: VectorStores,
  { store, filter, hybrid, limit }: ChunkSearch,
  { vector, text }: { vector: Float32Array; text: string },
): Promise<Find> {
  const most = Math.max(LEAST_CANDIDATES, limit * CANDIDATES_PER_RESULT);
  const scope = { storeId: store.id, filter, limit: most };
  const terms = hybrid ? [...countTerms(text).keys()].slice(0, MOST_TERMS) : [];
  const [near, worded] = await Promise.all([
    vectorStores.nearest({ ...scope, vector }),
    vectorStores.search({ ...scope, terms }),
  ]);
  return { vector, terms, near, worded, most };
}

/** The score of each chunk for one query. What stands in one of its lists alone is asked for the other half, so that a score is the chunk's own. */
async function scoreOf(
  vectorStores: VectorStores,
  { store, hybrid }: ChunkSearch,
  { vector, terms, near, worded, most, keys, weights }: Find & { keys: readonly number[]; weights: Weights },
): Promise<Map<number, number>> {
  const meaning = new Map(near.map(({ chunkKey, score }) => [chunkKey, score]));
  const words = new Map(worded.map(({ chunkKey, score }) => [chunkKey, score]));
  const lacking = (known: ReadonlyMap<number, number>, isWhole: boolean) => {
    const chunks = isWhole ? [] : keys.filter((key) => !known.has(key));
    return { storeId: store.id, chunks, limit: chunks.length };
  };
  const [far, unworded] = [lacking(meaning, near.length < most), lacking(words, worded.length < most)];
  const add = (to: Map<number, number>, found: readonly ChunkScore[]) => {
    for (const { chunkKey, score } of found) to.set(chunkKey, score);
  };
  await Promise.all([
    far.limit > 0 && vectorStores.nearest({ ...far, vector }).then((found) => add(meaning, found)),
    hybrid && unworded.limit > 0 && vectorStores.search({ ...unworded, terms }).then((found) => add(words, found)),
  ]);
  return new Map(
    keys.map((key) => {
      const cosine = clamp(meaning.get(key) ?? 0);
      return [key, weights.meaning * cosine + weights.words * clamp((words.get(key) ?? 0) * FULL_MATCH)];
    }),
  );
}

const clamp = (score: number) => Math.min(1, Math.max(0, score));
