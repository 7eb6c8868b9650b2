/** Suggestions for misspelt names. */

/** Returns ` (did you mean 'port'?)`, or an empty string when no known name is similar. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : ` (did you mean '${nearest}'?)`;
}

/** Returns the most similar known name, ignoring case. A third of its characters, or at least one, may differ. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .filter((each) => Math.abs(each.length - name.length) <= maxDistance(each))
    .map((each) => ({ each, distance: editDistance(each.toLowerCase(), name.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= maxDistance(each))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.each;
}

function maxDistance(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

/** Insertions, deletions and replacements that turn one text into the other; a swap of neighbours counts as one too. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
