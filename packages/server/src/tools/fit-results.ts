/**
 * Fits the results of a search into a token budget: best first, each after its mark. Pure.
 * A result that exceeds its share is cut to the sentences with most words of the query.
 */
import { countTerms } from '../retrieval/terms.ts';

/** Results are cut so that this number of them fits. */
const SHARES = 3;
/** A shorter excerpt is not useful. */
const MIN_RESULT_TOKENS = 24;
/** A low value, since small vocabularies have short tokens. */
const ASCII_CHARACTERS_PER_TOKEN = 3;
const CUT = '…';

export interface FoundResult {
  text: string;
}

export interface FitOptions {
  query: string;
  /** Tokens of all results together. */
  tokens: number;
  /** The mark of a result by its index. */
  toMark(index: number): string;
}

/** Returns the texts of the first results that fit, or none. */
export function fitResults(found: readonly FoundResult[], { query, tokens, toMark }: FitOptions): string[] {
  const terms = new Set(countTerms(query).keys());
  const share = tokens / Math.max(1, Math.min(SHARES, found.length));
  const shown: string[] = [];
  let left = tokens;
  for (const [index, { text }] of found.entries()) {
    const mark = toMark(index);
    const available = Math.min(share, left) - countTokens(mark);
    if (available < MIN_RESULT_TOKENS) break;
    const result = `${mark}\n${excerpt(text, terms, available)}`;
    shown.push(result);
    left -= countTokens(result);
  }
  return shown;
}

/** A high estimate. */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const character of text) tokens += costOf(character);
  return Math.ceil(tokens);
}

const costOf = (character: string) => (character < '\u0080' ? 1 / ASCII_CHARACTERS_PER_TOKEN : 1);

function excerpt(text: string, terms: ReadonlySet<string>, tokens: number): string {
  if (countTokens(text) <= tokens) return text;
  const available = tokens - 2 * countTokens(CUT);
  let best = { score: -1, start: 0, end: 0 };
  for (const start of sentenceStarts(text)) {
    const end = endOf(text, start, available);
    const words = countTerms(text.slice(start, end));
    const score = [...terms].filter((term) => words.has(term)).length;
    if (score > best.score) best = { score, start, end };
    if (end === text.length) break;
  }
  const { start, end } = best;
  return `${start > 0 ? CUT : ''}${text.slice(start, end).trim()}${end < text.length ? CUT : ''}`;
}

function sentenceStarts(text: string): number[] {
  const ends = text.matchAll(/[.!?]\s+|[。！？\n]\s*/gu);
  return [0, ...Array.from(ends, ({ index, 0: mark }) => index + mark.length)].filter((start) => start < text.length);
}

/** Position at which the text from `start` has used up its tokens, at the end of a word if possible. */
function endOf(text: string, start: number, tokens: number): number {
  let left = tokens;
  let end = start;
  for (const character of text.slice(start)) {
    left -= costOf(character);
    if (left < 0) break;
    end += character.length;
  }
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  return space > start + (end - start) / 2 ? space : end;
}
