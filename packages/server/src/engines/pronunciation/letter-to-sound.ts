/**
 * Pronounces an English word from its letters, for words that the lexicon lacks, such as names. The phonemes are those
 * of the lexicon: IPA, with `A I O W Y` for diphthongs. Pure.
 */
import type { EnglishVariant } from './normalize-text.ts';

/** Letters at a position, optionally with what follows and precedes, and their sound; the first match applies. */
type Rule = readonly [letters: string, sound: string, after?: RegExp | undefined, before?: RegExp];

const END = /^$/;
const SOFT = /^[eiy]/;
/** One consonant and a silent e, which lengthen the vowel before them. */
const MAGIC_E = /^[bcdfgklmnprstvz]e(?:s?$|d$)/;
const OPEN = /^[bcdfgklmnprstvz][aeiouy]/;

const RULES: readonly Rule[] = [
  ['tion', 'ʃən'],
  ['sion', 'ʒən'],
  ['cian', 'ʃən'],
  ['ture', 'ʧəɹ', END],
  ['ough', 'O', END],
  ['ough', 'ɔ', /^t/],
  ['augh', 'ɔ'],
  ['eigh', 'A'],
  ['igh', 'I'],
  ['tch', 'ʧ'],
  ['dge', 'ʤ'],
  ['sch', 'ʃ', undefined, END],
  ['eau', 'O'],
  ['ous', 'əs', END],
  ['able', 'əbᵊl', END],
  ['ible', 'əbᵊl', END],
  ['les', 'ᵊlz', END, /[bcdfgkpstz]$/],
  ['le', 'ᵊl', END, /[bcdfgkpstz]$/],
  ['ing', 'ɪŋ', END],
  ['ed', 'ᵻd', END, /[td]$/],
  ['ed', 't', END, /[pkfsx]$/],
  ['ed', 'd', END, /[^aeiou]$/],
  ['es', 'ᵻz', END, /(?:s|x|z|ch|sh)$/],
  ['er', 'əɹ', END],
  ['or', 'əɹ', END, /../],
  ['ar', 'əɹ', END, /.../],
  ['ph', 'f'],
  ['sh', 'ʃ'],
  ['th', 'θ'],
  ['ch', 'k', /^[rl]/],
  ['ch', 'ʧ'],
  ['ck', 'k'],
  ['gh', 'ɡ', undefined, END],
  ['gh', ''],
  ['kn', 'n', undefined, END],
  ['wr', 'ɹ', undefined, END],
  ['ps', 's', undefined, END],
  ['gn', 'n', undefined, END],
  ['wh', 'w'],
  ['qu', 'kw'],
  ['ng', 'ŋ', END],
  ['ng', 'ŋɡ', /^[aeioulr]/],
  ['nk', 'ŋk'],
  ['sc', 's', SOFT],
  ['cc', 'ks', SOFT],
  ['x', 'z', undefined, END],
  ['x', 'ks'],
  ['air', 'ɛɹ'],
  ['ear', 'ɪɹ'],
  ['eer', 'ɪɹ'],
  ['our', 'ɔɹ'],
  ['oor', 'ɔɹ'],
  ['ai', 'A'],
  ['ay', 'A'],
  ['au', 'ɔ'],
  ['aw', 'ɔ'],
  ['ee', 'i'],
  ['ea', 'i'],
  ['ei', 'I'],
  ['ey', 'i', END],
  ['ey', 'A'],
  ['eu', 'ju'],
  ['ew', 'ju'],
  ['ie', 'i'],
  ['oa', 'O'],
  ['oe', 'O'],
  ['oi', 'Y'],
  ['oy', 'Y'],
  ['oo', 'u'],
  ['ou', 'W'],
  ['ow', 'O', END],
  ['ow', 'W'],
  ['ue', 'u', END],
  ['ui', 'u'],
  ['ar', 'ɑɹ'],
  ['er', 'ɜɹ'],
  ['ir', 'ɜɹ'],
  ['or', 'ɔɹ'],
  ['ur', 'ɜɹ'],
  ['a', 'A', MAGIC_E],
  ['e', 'i', MAGIC_E],
  ['i', 'I', MAGIC_E],
  ['o', 'O', MAGIC_E],
  ['u', 'u', MAGIC_E],
  ['a', 'ə', END, /./],
  ['a', 'A', OPEN, /^.?$/],
  ['a', 'ɑ', /^$|^[lh]/],
  ['a', 'æ'],
  ['e', '', END, /..$/],
  ['e', '', /^s$/, /[^sxz].$/],
  ['e', 'i', END],
  ['e', 'ɛ'],
  ['i', 'i', END],
  ['i', 'i', /^[aou]/],
  ['i', 'ɪ'],
  ['o', 'O', END],
  ['o', 'O', OPEN],
  ['o', 'ɑ'],
  ['u', 'u', OPEN],
  ['u', 'ʌ'],
  ['y', 'j', /^[aeiou]/, END],
  ['y', 'i', END, /[aeiou]/],
  ['y', 'I', END],
  ['y', 'ɪ'],
  ['c', 's', SOFT],
  ['c', 'k'],
  ['g', 'ʤ', /^[ey]/],
  ['g', 'ɡ'],
  ['j', 'ʤ'],
  ['q', 'k'],
  ['r', 'ɹ'],
  ['s', 'z', END, /[bdglmnrvaeiouy]$/],
];

const SINGLE = new Set('bdfhklmnpstvwz');
const VOWELS = /[AIOWYaiuæɑɔəɛɜɪʊʌᵻᵊ]/g;
const FULL_VOWELS = /[AIOWYaiuæɑɔɛɜɪʊʌ]/;

/** `word`: lower-case letters; other characters are ignored. Returns an empty text if nothing is left. */
export function soundOut(word: string, variant: EnglishVariant): string {
  const letters = word
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    // Double consonants sound like single ones.
    .replaceAll(/([bdfgklmnprstz])\1/g, '$1');
  let sounds = '';
  for (let at = 0; at < letters.length; ) {
    const [before, rest] = [letters.slice(0, at), letters.slice(at)];
    const rule = RULES.find(
      ([pattern, , after, preceding]) =>
        rest.startsWith(pattern) &&
        (after === undefined || after.test(rest.slice(pattern.length))) &&
        (preceding === undefined || preceding.test(before)),
    );
    const [pattern, sound] = rule ?? [letters[at] ?? '', SINGLE.has(letters[at] ?? '') ? (letters[at] ?? '') : ''];
    sounds += sound;
    at += pattern.length;
  }
  return variant === 'en-GB' ? toBritish(stress(sounds)) : stress(sounds);
}

/** Stresses the first full vowel; of words with four or more vowels the third from the end. */
function stress(sounds: string): string {
  const vowels = [...sounds.matchAll(VOWELS)].map(({ index, 0: vowel }) => ({ index, vowel }));
  if (vowels.length === 0) return sounds;
  const preferred = vowels.length >= 4 ? vowels.slice(-3) : vowels;
  const { index } = preferred.find(({ vowel }) => FULL_VOWELS.test(vowel)) ?? vowels[0] ?? { index: 0 };
  return `${sounds.slice(0, index)}ˈ${sounds.slice(index)}`;
}

function toBritish(sounds: string): string {
  return sounds
    .replaceAll(/ɑɹ(?![AIOWYaiuæɑɔəɛɜɪʊʌᵻᵊ])/g, 'ɑː')
    .replaceAll(/ɔɹ(?![AIOWYaiuæɑɔəɛɜɪʊʌᵻᵊ])/g, 'ɔː')
    .replaceAll(/ɜɹ(?![AIOWYaiuæɑɔəɛɜɪʊʌᵻᵊ])/g, 'ɜː')
    .replaceAll(/əɹ(?![AIOWYaiuæɑɔəɛɜɪʊʌᵻᵊ])/g, 'ə')
    .replaceAll(/u(?!ː)/g, 'uː')
    .replaceAll('O', 'Q')
    .replaceAll('æ', 'a')
    .replaceAll('ᵻ', 'ɪ');
}
