/** The vocabulary of Kokoro-82M: one token per phoneme or punctuation mark. */

/** Runs of characters with successive ids. */
const RUNS: readonly (readonly [first: number, characters: string])[] = [
  [1, ';:,.!?'],
  [9, '—…"()“” \u0303ʣʥʦʨᵝ\uab67AI'],
  [31, 'O'],
  [33, 'Q'],
  [35, 'ST'],
  [39, 'W'],
  [41, 'Yᵊabcdef'],
  [50, 'hijklmnopqrstuvwxyzɑɐɒæ'],
  [75, 'βɔɕç'],
  [80, 'ɖðʤə'],
  [85, 'ɚɛɜ'],
  [90, 'ɟ'],
  [92, 'ɡ'],
  [99, 'ɥ'],
  [101, 'ɨɪʝ'],
  [110, 'ɯɰŋɳɲɴø'],
  [118, 'ɸθœ'],
  [123, 'ɹ'],
  [125, 'ɾɻ'],
  [128, 'ʁɽʂʃʈʧ'],
  [135, 'ʊʋ'],
  [138, 'ʌɣɤ'],
  [142, 'χʎ'],
  [147, 'ʒʔ'],
  [156, 'ˈˌː'],
  [162, 'ʰ'],
  [164, 'ʲ'],
  [169, '↓'],
  [171, '→↗↘'],
  [177, 'ᵻ'],
];

const IDS = new Map(
  RUNS.flatMap(([first, characters]) => Array.from(characters).map((each, i) => [each, first + i] as const)),
);

/** Stands before and after the tokens of a text. */
export const PAD = 0;

/** Characters without a token are left out. */
export function toTokens(phonemes: string): number[] {
  return Array.from(phonemes).flatMap((character) => IDS.get(character) ?? []);
}
