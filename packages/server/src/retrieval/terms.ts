/**
 * The words of a text as they are looked for: without regard to case, width and the plural of English; scripts without spaces between
 * words give pairs of characters. Pure: the words that a chunk was stored with are those that it is found by.
 */

/** Longer runs are no words, and are cut. */
const MOST_CHARACTERS = 64;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+/gu;

/** Word → how often it stands in the text. */
export function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of eachTerm(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

export function* eachTerm(text: string): Generator<string> {
  for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    const spaced = run.replaceAll(UNSPACED, ' ');
    for (const word of spaced.split(' ')) if (word !== '') yield toSingular(cut(word));
    if (spaced !== run) for (const [part] of run.matchAll(UNSPACED)) yield* pairs(part);
  }
}

/** By whole characters. */
function cut(word: string): string {
  return word.length <= MOST_CHARACTERS ? word : word.slice(0, MOST_CHARACTERS).toWellFormed();
}

function* pairs(part: string): Generator<string> {
  const characters = Array.from(part);
  if (characters.length === 1) yield part;
  for (let i = 1; i < characters.length; i += 1) yield `${characters[i - 1]}${characters[i]}`;
}

/** The s-stemmer: the three endings of plurals, and nothing that is shorter. */
function toSingular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return /[ae]ies$/.test(word) ? word : `${word.slice(0, -3)}y`;
  if (word.endsWith('es')) return /[aeo]es$/.test(word) ? word : word.slice(0, -1);
  return /[us]s$/.test(word) ? word : word.slice(0, -1);
}
