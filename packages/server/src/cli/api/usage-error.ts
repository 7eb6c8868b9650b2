/** Errors of the command line of `selfsame api`. */
import { CommandError } from '../settings-flags.ts';

/** Exit status of a command that is not well formed; 1 is the status of a failed request. */
export const USAGE_STATUS = 2;

/** The command is not well formed: no request was sent. */
export class UsageError extends CommandError {
  readonly exitCode = USAGE_STATUS;
}

/** ` Did you mean …?` for the candidate closest to `word`, or nothing. */
export function suggestion(word: string, candidates: readonly string[], prefix = ''): string {
  const scored = candidates.map((each) => ({ each, distance: distance(word, each) }));
  const best = scored.toSorted((a, b) => a.distance - b.distance)[0];
  if (best === undefined || best.distance > Math.max(1, Math.floor(word.length / 3))) return '';
  return ` Did you mean \`${prefix}${best.each}\`?`;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
