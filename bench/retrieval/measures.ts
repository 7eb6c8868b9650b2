/** Quality measures of a ranking with binary relevance; a document counts only at its first position. Pure. */

/** Number of ranked documents that count. */
const DEPTH = 10;

export interface Measures {
  /** Normalised discounted cumulative gain at 10. */
  ndcg: number;
  /** Fraction of the relevant documents among the first 10. */
  recall: number;
  /** 1 / rank of the first relevant document, 0 beyond rank 10. */
  mrr: number;
}

/** `ranked`: distinct names of documents, best first. */
export function measure(ranked: readonly string[], relevant: ReadonlySet<string>): Measures {
  const ranks = ranked.slice(0, DEPTH).flatMap((name, rank) => (relevant.has(name) ? [rank] : []));
  const gain = (found: readonly number[]) => found.reduce((sum, rank) => sum + 1 / Math.log2(rank + 2), 0);
  const ideal = Array.from({ length: Math.min(DEPTH, relevant.size) }, (_, rank) => rank);
  return {
    ndcg: gain(ranks) / gain(ideal),
    recall: ranks.length / relevant.size,
    mrr: ranks[0] === undefined ? 0 : 1 / (ranks[0] + 1),
  };
}

export function mean(all: readonly Measures[]): Measures {
  const of = (key: keyof Measures) => all.reduce((sum, each) => sum + each[key], 0) / all.length;
  return { ndcg: of('ndcg'), recall: of('recall'), mrr: of('mrr') };
}
