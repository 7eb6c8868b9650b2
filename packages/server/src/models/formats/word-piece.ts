/**
 * The tokenizer of BERT models: clean, lower-case, strip accents, split at spaces, punctuation and ideographs, then the
 * longest known pieces from the left. Returns the same ids as the reference implementation; llama.cpp's tokenizer
 * differs for Hangul, Indic signs and long words.
 */
import { escapeRegExp } from '../../lib/escape-reg-exp.ts';

export interface WordPieceVocabulary {
  /** Pieces by id; a piece that starts a word has the prefix `▁`, a continuation has none. */
  pieces: readonly string[];
  /** Special pieces such as `[SEP]`; a text that contains their name yields them too. */
  control: ReadonlySet<string>;
  unknownId: number;
}

export type WordPieceTokenizer = (text: string) => number[];

const WORD_START = '\u2581';
const MAX_WORD_CHARACTERS = 100;
const MAX_CACHED_WORDS = 50_000;

// Control and format characters except tab and line ends; U+FFFD replaces invalid bytes.
const REMOVED = /\uFFFD|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const IDEOGRAPH =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
const ACCENT = /\p{Mn}/gu;
/** A run of word characters, or one punctuation mark. */
const WORD = /[^\p{White_Space}\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]/gu;

export function createWordPieceTokenizer({ pieces, control, unknownId }: WordPieceVocabulary): WordPieceTokenizer {
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const longest = pieces.reduce((most, piece) => Math.max(most, piece.length), 0);
  const known = new Map<string, readonly number[]>();
  const markers = control.size === 0 ? undefined : new RegExp(`(${[...control].map(escapeRegExp).join('|')})`);

  const split = (word: string): readonly number[] => {
    if (word.length > MAX_WORD_CHARACTERS && Array.from(word).length > MAX_WORD_CHARACTERS) return [unknownId];
    const found: number[] = [];
    for (let start = 0; start < word.length; ) {
      const prefix = start === 0 ? WORD_START : '';
      let end = Math.min(word.length, start + longest);
      while (end > start && !ids.has(prefix + word.slice(start, end))) end -= 1;
      if (end === start) return [unknownId];
      found.push(ids.get(prefix + word.slice(start, end)) ?? unknownId);
      start = end;
    }
    return found;
  };
  const lookUp = (word: string): readonly number[] => {
    const cached = known.get(word);
    if (cached !== undefined) return cached;
    const found = split(word);
    if (known.size >= MAX_CACHED_WORDS) known.clear();
    if (word.length <= MAX_WORD_CHARACTERS) known.set(word, found);
    return found;
  };
  const plain = (text: string, into: number[]) => {
    for (const [word] of normalize(text).matchAll(WORD)) for (const id of lookUp(word)) into.push(id);
  };
  return (text) => {
    const into: number[] = [];
    for (const part of markers === undefined ? [text] : text.split(markers)) {
      const marker = control.has(part) ? ids.get(part) : undefined;
      if (marker === undefined) plain(part, into);
      else into.push(marker);
    }
    return into;
  };
}

function normalize(text: string): string {
  const clean = text.replace(REMOVED, '').replace(IDEOGRAPH, ' $& ').normalize('NFD').replace(ACCENT, '');
  // Letter by letter: the reference ignores context, so a final sigma becomes an ordinary one.
  return clean.replace(/\p{Changes_When_Lowercased}/gu, (letter) => letter.toLowerCase());
}
