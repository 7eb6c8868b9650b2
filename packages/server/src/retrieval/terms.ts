/**
 * Index terms of a text: words without case, width and English plural; for scripts without spaces between words, pairs
 * of characters. Pure, because stored chunks and queries must yield the same terms.
 */

/** Longer terms are truncated: they are not words. */
const MAX_TERM_CHARS = 64;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+/gu;

/** Returns the number of occurrences by term. */
export function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of eachTerm(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

export function* eachTerm(text: string): Generator<string> {
  for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    const spaced = run.replaceAll(UNSPACED, ' ');
    for (const word of spaced.split(' ')) if (word !== '') yield toSingular(truncate(word));
    if (spaced !== run) for (const [part] of run.matchAll(UNSPACED)) yield* characterPairs(part);
  }
}

/** Half of a surrogate pair at the cut becomes U+FFFD. */
function truncate(word: string): string {
  return word.length <= MAX_TERM_CHARS ? word : word.slice(0, MAX_TERM_CHARS).toWellFormed();
}

function* characterPairs(part: string): Generator<string> {
  const characters = Array.from(part);
  if (characters.length === 1) yield part;
  for (let i = 1; i < characters.length; i += 1) yield `${characters[i - 1]}${characters[i]}`;
}

/** The S-stemmer: removes the plural endings -ies, -es and -s from words of more than three letters. */
function toSingular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return /[ae]ies$/.test(word) ? word : `${word.slice(0, -3)}y`;
  if (word.endsWith('es')) return /[aeo]es$/.test(word) ? word : word.slice(0, -1);
  return /[us]s$/.test(word) ? word : word.slice(0, -1);
}
