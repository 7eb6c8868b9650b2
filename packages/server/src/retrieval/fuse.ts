/** Reciprocal-rank fusion: merges ranked lists by rank alone. Pure. */

/** The constant k of Cormack, Clarke and Büttcher (2009). It limits the weight of the first ranks. */
const RANK_OFFSET = 60;

export interface RankedList {
  /** Best first, without duplicates. */
  keys: readonly number[];
  /** Weight relative to the other lists, above 0. */
  weight: number;
}

/** Returns the keys of all lists, best first; ties are ordered by key. */
export function fuseRanks(lists: readonly RankedList[]): number[] {
  const sums = new Map<number, number>();
  for (const { keys, weight } of lists) {
    for (const [rank, key] of keys.entries()) sums.set(key, (sums.get(key) ?? 0) + weight / (RANK_OFFSET + rank + 1));
  }
  return [...sums].toSorted(([a, first], [b, second]) => second - first || a - b).map(([key]) => key);
}
