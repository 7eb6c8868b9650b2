/** Reciprocal-rank fusion: one list of several, by places alone. Pure. */

/** From the paper of Cormack, Clarke and Büttcher (2009): the first places do not decide everything. */
const RANK_OFFSET = 60;

export interface RankedList {
  /** The best first, no key twice. */
  keys: readonly number[];
  /** How much a place in it says, compared with other lists; above 0. */
  weight: number;
}

/** The keys of all lists: the best of the fusion first, equal ones by key. */
export function fuseRanks(lists: readonly RankedList[]): number[] {
  const sums = new Map<number, number>();
  for (const { keys, weight } of lists) {
    for (const [rank, key] of keys.entries()) sums.set(key, (sums.get(key) ?? 0) + weight / (RANK_OFFSET + rank + 1));
  }
  return [...sums].toSorted(([a, first], [b, second]) => second - first || a - b).map(([key]) => key);
}
