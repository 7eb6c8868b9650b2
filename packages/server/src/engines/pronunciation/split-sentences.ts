/** Splits a normalized text into sentences, and long sentences at their pauses. Pure. */

const END = /(?<=[.!?…]["')\]]*)\s+|\n+/;
const PAUSE = /(?<=[;:—])\s+|(?<=,)\s+/;
const SPACE = /\s+/;

/**
 * Returns parts of at most `maxCharacters`, without empty ones. A sentence is split only if it is longer: at pauses,
 * else at spaces, else anywhere.
 */
export function splitSentences(text: string, maxCharacters: number): string[] {
  return text
    .split(END)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
    .flatMap((sentence) => splitLong(sentence, maxCharacters, [PAUSE, SPACE]));
}

function splitLong(sentence: string, maxCharacters: number, separators: readonly RegExp[]): string[] {
  if (sentence.length <= maxCharacters) return [sentence];
  const [separator, ...others] = separators;
  if (separator === undefined) {
    const parts = Math.ceil(sentence.length / maxCharacters);
    return Array.from({ length: parts }, (_, i) => sentence.slice(i * maxCharacters, (i + 1) * maxCharacters));
  }
  const parts: string[] = [];
  for (const piece of sentence.split(separator)) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= maxCharacters)
      parts[parts.length - 1] = `${last} ${piece}`;
    else parts.push(piece);
  }
  return parts.flatMap((part) => splitLong(part, maxCharacters, others));
}
