/**
 * English sentences to phonemes: each word from the lexicon in the form that its neighbours require, else from its
 * stem, its parts or its letters. Punctuation is kept. Pure.
 */
import { soundOut } from './letter-to-sound.ts';
import type { Lexicon } from './lexicon.ts';
import type { EnglishVariant } from './normalize-text.ts';
import { addEd, addIng, addS } from './suffixes.ts';

export interface Speaker {
  lexicon: Lexicon;
  variant: EnglishVariant;
}

/** What a word's pronunciation depends on. */
interface Context {
  previous: string;
  next: string;
  /** Whether the next sound is a vowel; undefined before a pause. */
  beforeVowel: boolean | undefined;
  /** Whether the sentence has lower-case letters, so that capitals mean something. */
  isMixedCase: boolean;
}

const TOKEN = /(?:\p{L}\.){2,}|[\p{L}\p{M}]+(?:['-][\p{L}\p{M}]+)*'?|[;:,.!?—…"()]/gu;
const IS_WORD = /^\p{L}/u;
const PAUSE = /^[;:,.!?—…]/;
const VOWEL = /[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻᵊ]/;
const SOUND = /[\p{L}ᵊᵻ]/u;

/** Returns phonemes with spaces between words. Numbers and symbols must have been written as words. */
export function pronounce(sentence: string, speaker: Speaker): string {
  const tokens = sentence.match(TOKEN) ?? [];
  const isMixedCase = /\p{Ll}/u.test(sentence);
  const spoken: string[] = [];
  let beforeVowel: boolean | undefined;
  // From the end, because a word's form depends on the sound that follows.
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at] ?? '';
    if (!IS_WORD.test(token)) {
      spoken.push(token);
      if (PAUSE.test(token)) beforeVowel = undefined;
      continue;
    }
    const isNextWord = IS_WORD.test(tokens[at + 1] ?? '');
    const previous = (tokens[at - 1] ?? '').toLowerCase();
    const next = isNextWord ? (tokens[at + 1] ?? '').toLowerCase() : '';
    const sounds = pronounceWord(token, { previous, next, beforeVowel, isMixedCase }, speaker);
    spoken.push(sounds);
    const first = Array.from(sounds).find((sound) => SOUND.test(sound) && !/[ˈˌ]/.test(sound));
    if (first !== undefined) beforeVowel = VOWEL.test(first);
  }
  return joinTokens(spoken.toReversed().filter((each) => each !== ''));
}

/** Closing punctuation follows its word without a space. */
function joinTokens(tokens: readonly string[]): string {
  let text = '';
  for (const token of tokens) text += /^[;:,.!?…)]/.test(token) || text === '' ? token : ` ${token}`;
  return text.replaceAll('( ', '(');
}

function pronounceWord(word: string, context: Context, speaker: Speaker): string {
  return (
    functionWord(word, context, speaker) ??
    (isSpelled(word, context, speaker) ? spell(word, speaker) : undefined) ??
    lookUp(word, context, speaker) ??
    splitHyphens(word, context, speaker) ??
    stem(word, context, speaker) ??
    splitCase(word, context, speaker) ??
    splitCompound(word, context, speaker) ??
    soundOut(word, speaker.variant)
  );
}

/** Words whose form depends on the next sound. */
function functionWord(word: string, { next, beforeVowel }: Context, { variant }: Speaker): string | undefined {
  switch (word === 'I' ? word : word.toLowerCase()) {
    case 'a':
      // The letter stands alone, at the end or before another letter.
      return next.length <= 1 ? 'ˈA' : 'ɐ';
    case 'an':
      return 'ɐn';
    case 'the':
      return beforeVowel === true ? 'ði' : 'ðə';
    case 'to':
      if (beforeVowel === undefined) return variant === 'en-GB' ? 'tuː' : 'tu';
      return beforeVowel ? 'tʊ' : 'tə';
    case 'in':
      return beforeVowel === undefined ? 'ˈɪn' : 'ɪn';
    case 'I':
      return 'ˌI';
    default:
      return undefined;
  }
}

/** Short words that stay words in capitals. */
const CAPITAL_WORDS = new Set(
  'the and not you are for all new no yes but can has had was one our out day get how man now see two way who did its let put say she too use any may if in is of on or so to up we at as be by do go he me my an am'.split(
    ' ',
  ),
);
/** Longer abbreviations are pronounced as words, such as NASA. */
const MAX_SPELLED_LETTERS = 3;

function isSpelled(word: string, { isMixedCase }: Context, { lexicon }: Speaker): boolean {
  if (/^(?:\p{L}\.){2,}$/u.test(word)) return true;
  if (!/^\p{Lu}+(?:s|'s)?$/u.test(word) || !isMixedCase)
    return word.length > 1 && !/[aeiouy]/i.test(word) && !lexicon.find(word.toLowerCase());
  const letters = word.replace(/'?s$/, '');
  if (letters.length === 1 || lexicon.find(word) !== undefined) return letters.length === 1 && word.length === 1;
  const lower = letters.toLowerCase();
  if (CAPITAL_WORDS.has(lower)) return false;
  return letters.length <= MAX_SPELLED_LETTERS || lexicon.find(lower) === undefined;
}

/** The names of the letters; the last one is stressed. */
function spell(word: string, { lexicon, variant }: Speaker): string | undefined {
  const plural = /^(\p{Lu}+)('?s)$/u.exec(word);
  const names = Array.from(plural?.[1] ?? word)
    .filter((letter) => /\p{L}/u.test(letter))
    .map((letter) => lexicon.find(letter.toUpperCase())?.phonemes);
  if (names.length === 0 || names.includes(undefined)) return undefined;
  const sounds = names.map((name, i) => (name ?? '').replaceAll('ˈ', i === names.length - 1 ? 'ˈ' : 'ˌ')).join('');
  return plural === null ? sounds : addS(sounds, variant);
}

const BEFORE_VERBS = new Set(
  "to will would can could shall should may might must do does did don't doesn't didn't won't can't couldn't i you we they who let's please cannot not".split(
    ' ',
  ),
);
const BEFORE_NOUNS = new Set(
  'the a an this that these those my your his her its our their of no some any each every new old good first in with for'.split(
    ' ',
  ),
);
const AUXILIARIES = new Set(
  "have has had having was were is are been be being he she i've we've they've you've".split(' '),
);

function lookUp(word: string, context: Context, { lexicon }: Speaker): string | undefined {
  const entry = lexicon.find(word) ?? lexicon.find(word.toLowerCase()) ?? lexicon.find(capitalize(word));
  if (entry === undefined) return undefined;
  const { phonemes, variants } = entry;
  const { previous, next, beforeVowel } = context;
  if (beforeVowel === undefined && variants['None'] !== undefined) return variants['None'];
  if (word.toLowerCase() === 'used' && next === 'to') return variants['VBD'] ?? phonemes;
  if (AUXILIARIES.has(previous)) return variants['VBN'] ?? variants['VBD'] ?? phonemes;
  if (BEFORE_VERBS.has(previous)) return variants['VERB'] ?? phonemes;
  if (BEFORE_NOUNS.has(previous)) return variants['NOUN'] ?? phonemes;
  return phonemes;
}

const capitalize = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();

function splitHyphens(word: string, context: Context, speaker: Speaker): string | undefined {
  const parts = word.split('-');
  if (parts.length === 1) return undefined;
  const inner = { ...context, next: 'x', beforeVowel: false };
  return parts.map((part, i) => pronounceWord(part, i === parts.length - 1 ? context : inner, speaker)).join(' ');
}

function stem(word: string, context: Context, speaker: Speaker): string | undefined {
  const { variant } = speaker;
  const find = (base: string) => (base.length < 2 ? undefined : lookUp(base, context, speaker));
  const lower = word.toLowerCase();
  if (lower.endsWith("'s")) {
    const base = pronounceWord(word.slice(0, -2), context, speaker);
    return addS(base, variant);
  }
  if (lower.endsWith("'")) return pronounceWord(word.slice(0, -1), context, speaker);
  if (lower.endsWith('s') && !lower.endsWith('ss')) {
    const base =
      find(lower.slice(0, -1)) ?? (/(?:s|x|z|ch|sh|o)es$/.test(lower) ? find(lower.slice(0, -2)) : undefined);
    const found = base ?? (lower.endsWith('ies') ? find(`${lower.slice(0, -3)}y`) : undefined);
    if (found !== undefined) return addS(found, variant);
  }
  if (lower.endsWith('ed')) {
    const base = find(lower.slice(0, -2)) ?? find(lower.slice(0, -1)) ?? undouble(lower.slice(0, -2), find);
    const found = base ?? (lower.endsWith('ied') ? find(`${lower.slice(0, -3)}y`) : undefined);
    if (found !== undefined) return addEd(found, variant);
  }
  if (lower.endsWith('ing')) {
    const base = lower.slice(0, -3);
    const found = find(base) ?? find(`${base}e`) ?? undouble(base, find);
    if (found !== undefined) return addIng(found, variant);
  }
  return undefined;
}

/** `stopp` → `stop`. */
function undouble(base: string, find: (base: string) => string | undefined): string | undefined {
  return /([bcdgklmnprstvz])\1$/.test(base) ? find(base.slice(0, -1)) : undefined;
}

/** `JavaScript` → `Java Script`. */
function splitCase(word: string, context: Context, speaker: Speaker): string | undefined {
  const parts = word.split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
  if (parts.length === 1) return undefined;
  return parts.map((part) => pronounceWord(part, { ...context, isMixedCase: true }, speaker)).join(' ');
}

const MIN_PART_LETTERS = 3;

/** `codebase` → `code` + `base`; the first part is the longest one. */
function splitCompound(word: string, context: Context, speaker: Speaker): string | undefined {
  const lower = word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  if (lower !== word.toLowerCase()) {
    const plain = lookUp(lower, context, speaker);
    if (plain !== undefined) return plain;
  }
  for (let at = lower.length - MIN_PART_LETTERS; at >= MIN_PART_LETTERS; at--) {
    const first = lookUp(lower.slice(0, at), { ...context, beforeVowel: false }, speaker);
    const second = first && (lookUp(lower.slice(at), context, speaker) ?? stem(lower.slice(at), context, speaker));
    if (first && second) return first + second.replaceAll('ˈ', 'ˌ');
  }
  return undefined;
}
