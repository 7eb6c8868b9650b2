/** Accumulates the scores of chunks: one array per file, indexed by the position of the chunk. 0 means no score. */
import type { ChunkScore } from '../../repositories/vector-stores.ts';
import { firstKey } from './text-chunks.ts';
import { eachPosting } from './text-postings.ts';

const MIN_LENGTH = 16;

export interface Addition {
  /** The contribution of the term to a chunk. */
  partOf(frequency: number, chunkTerms: number): number;
  /** Adds to chunks that already have a score only. */
  known: boolean;
}

export interface ChunkScores {
  /** Adds the contributions of a term to the chunks of a file. */
  add(fileKey: number, postings: Uint8Array, addition: Addition): void;
  /** The `rank`-th highest score; 0 if there are fewer scores. */
  ranked(rank: number): number;
  /** Drops all scores below `min`. */
  keep(min: number): void;
  /** Number of files that have chunks with a score. */
  files(): number;
  fileKeys(): Iterable<number>;
  /** Sorted by descending score, then by key. */
  best(limit: number): ChunkScore[];
}

function longer(scores: Float64Array, length: number): Float64Array {
  const grown = new Float64Array(Math.max(length, 2 * scores.length));
  grown.set(scores);
  return grown;
}

/** Calls `visit` with each score. */
function eachScore(
  byFile: ReadonlyMap<number, Float64Array>,
  visit: (score: number, index: number, fileKey: number) => void,
) {
  for (const [fileKey, scores] of byFile) {
    for (let index = 0; index < scores.length; index += 1) {
      const score = scores[index] ?? 0;
      if (score > 0) visit(score, index, fileKey);
    }
  }
}

/** The `count` highest scores in ascending order. */
function highest(byFile: ReadonlyMap<number, Float64Array>, count: number): number[] {
  const top: number[] = [];
  eachScore(byFile, (score) => {
    if (top.length === count && score <= (top[0] ?? 0)) return;
    if (top.length === count) top.shift();
    let at = 0;
    while (at < top.length && (top[at] ?? 0) < score) at += 1;
    top.splice(at, 0, score);
  });
  return top;
}

export function createChunkScores(): ChunkScores {
  const byFile = new Map<number, Float64Array>();
  return {
    add(fileKey, postings, { partOf, known }) {
      let scores = byFile.get(fileKey);
      if (scores === undefined && known) return;
      scores ??= new Float64Array(MIN_LENGTH);
      let held = scores;
      eachPosting(postings, (index, frequency, chunkTerms) => {
        if (known && !((held[index] ?? 0) > 0)) return;
        if (index >= held.length) held = longer(held, index + 1);
        held[index] = (held[index] ?? 0) + partOf(frequency, chunkTerms);
      });
      byFile.set(fileKey, held);
    },
    ranked(rank) {
      const top = highest(byFile, rank);
      return top.length < rank ? 0 : (top[0] ?? 0);
    },
    keep(min) {
      for (const [fileKey, scores] of byFile) {
        let left = false;
        for (let index = 0; index < scores.length; index += 1) {
          if ((scores[index] ?? 0) >= min) left = true;
          else scores[index] = 0;
        }
        if (!left) byFile.delete(fileKey);
      }
    },
    files: () => byFile.size,
    fileKeys: () => byFile.keys(),
    best(limit) {
      const [min = 0] = highest(byFile, limit);
      const found: ChunkScore[] = [];
      eachScore(byFile, (score, index, fileKey) => {
        if (score >= min) found.push({ chunkKey: firstKey(fileKey) + index, score });
      });
      return found.toSorted((a, b) => b.score - a.score || a.chunkKey - b.chunkKey).slice(0, limit);
    },
  };
}
