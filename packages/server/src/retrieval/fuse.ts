/** Reciprocal-rank fusion: one list of several, by places alone. Pure. */

/** From the paper of Cormack, Clarke and Büttcher (2009): the first places do not decide everything. */
const RANK_OFFSET = 60;

/** The keys of all lists, each of which has its best first and no key twice: the best of the fusion first, equal ones by key. */
export function fuseRanks(lists: readonly (readonly number[])[]): number[] {
  const sums = new Map<number, number>();
  for (const list of lists) {
    for (const [rank, key] of list.entries()) sums.set(key, (sums.get(key) ?? 0) + 1 / (RANK_OFFSET + rank + 1));
  }
  return [...sums].toSorted(([a, first], [b, second]) => second - first || a - b).map(([key]) => key);
}
