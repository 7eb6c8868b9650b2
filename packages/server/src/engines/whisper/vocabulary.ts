/**
 * The tokens of a Whisper model. Ordinary tokens are byte sequences; special ones follow them in an order that depends
 * only on the size of the vocabulary.
 */
import type { WhisperFile } from '../../models/formats/whisper-file.ts';
import { SPOKEN_LANGUAGES } from '../spoken-languages.ts';

/** Size of the vocabularies of models that know only English. */
const ENGLISH_VOCABULARY = 51_864;
/** Tokens that every multilingual vocabulary has besides those of the languages. */
const OTHER_TOKENS = 51_766;
export const TIMESTAMP_SECONDS = 0.02;

/** Characters that stand for sounds or describe them; a text of speech has none. */
const SYMBOLS = `" # ( ) * + / : ; < = > @ [ \\ ] ^ _ \` { | } ~ 「 」 『 』 << >> <<< >>> -- --- -( -[ (' (" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪`;
const NOTES = '♩ ♪ ♫ ♬ ♭ ♮ ♯';
const DASH = ' -';
const QUOTE = " '";

/** Splits a text into words before its tokens are found; the pattern is that of GPT-2. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

export interface Vocabulary {
  isMultilingual: boolean;
  endOfText: number;
  startOfTranscript: number;
  translate: number;
  transcribe: number;
  startOfPrevious: number;
  noSpeech: number;
  noTimestamps: number;
  /** The token of 0.00 s; later times follow, `TIMESTAMP_SECONDS` apart. */
  firstTimestamp: number;
  size: number;
  /** Languages in the order of their tokens. */
  languages: readonly string[];
  /** Tokens that no text of speech contains. */
  unspoken: readonly number[];
  /** The token of a space, which must not start a text. */
  blank: readonly number[];
  languageToken(code: string): number;
  /** Returns the bytes of the ordinary tokens; special ones have none. */
  toBytes(tokens: readonly number[]): Buffer;
  encode(text: string): number[];
}

export function createVocabulary({ shape, tokens }: Pick<WhisperFile, 'shape' | 'tokens'>): Vocabulary {
  const size = shape.vocabulary;
  const isMultilingual = size > ENGLISH_VOCABULARY;
  const languages = SPOKEN_LANGUAGES.slice(0, isMultilingual ? size - OTHER_TOKENS : 1).map(({ code }) => code);
  const endOfText = isMultilingual ? 50_257 : 50_256;
  const startOfTranscript = endOfText + 1;
  // The vocabulary of English has tokens of 99 languages, too.
  const afterLanguages = startOfTranscript + 1 + (isMultilingual ? languages.length : 99);
  const ids = new Map(tokens.slice(0, endOfText).map((bytes, id) => [bytes.toString('latin1'), id]));
  const encode = (text: string) => [...text.matchAll(WORDS)].flatMap(([word]) => encodeWord(word, ids));
  const control = range(startOfTranscript, afterLanguages + 5);
  return {
    isMultilingual,
    size,
    languages,
    endOfText,
    startOfTranscript,
    translate: afterLanguages,
    transcribe: afterLanguages + 1,
    startOfPrevious: afterLanguages + 3,
    noSpeech: afterLanguages + 4,
    noTimestamps: afterLanguages + 5,
    firstTimestamp: afterLanguages + 6,
    unspoken: [...findUnspoken(encode), ...control],
    blank: encode(' '),
    languageToken: (code) => startOfTranscript + 1 + languages.indexOf(code),
    toBytes: (wanted) =>
      Buffer.concat(wanted.filter((id) => id < endOfText).map((id) => tokens[id] ?? Buffer.alloc(0))),
    encode,
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function findUnspoken(encode: (text: string) => number[]): number[] {
  const found = new Set([encode(DASH)[0] ?? 0, encode(QUOTE)[0] ?? 0]);
  const notes = NOTES.split(' ');
  for (const symbol of [...SYMBOLS.split(' '), ...notes]) {
    for (const tokens of [encode(symbol), encode(` ${symbol}`)]) {
      const [first] = tokens;
      if (first !== undefined && (tokens.length === 1 || notes.includes(symbol))) found.add(first);
    }
  }
  return [...found];
}

/** Joins the pair of pieces whose token has the lowest id, until no pair is a token: ids are in the order of merges. */
function encodeWord(word: string, ids: ReadonlyMap<string, number>): number[] {
  const pieces = Array.from(Buffer.from(word), (byte) => String.fromCharCode(byte));
  for (;;) {
    let best = -1;
    let bestId = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < pieces.length; i++) {
      const id = ids.get(`${pieces[i]}${pieces[i + 1]}`) ?? Number.POSITIVE_INFINITY;
      if (id < bestId) [best, bestId] = [i, id];
    }
    if (best < 0) return pieces.flatMap((piece) => ids.get(piece) ?? []);
    pieces.splice(best, 2, `${pieces[best]}${pieces[best + 1]}`);
  }
}
