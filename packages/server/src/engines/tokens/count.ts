/**
 * Counts the tokens of a text in cl100k_base, the vocabulary of the hosted embedding models. For worker threads:
 * importing this file loads the vocabulary, which takes about 200 ms.
 */
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';

/**
 * The time for a run without spaces grows with its square, so long runs are split; this counts slightly too many
 * tokens.
 */
const STRETCH = /\s*\S{1,200}|\s+/gu;

/** Special tokens count as plain text. */
export function countHostedTokens(text: string): number {
  let tokens = 0;
  for (const [stretch] of text.matchAll(/(?:\s*\S{1,200}){1,40}|\s+/gu)) {
    tokens += hasLongRun(stretch) ? countSplit(stretch) : countTokens(stretch, PLAIN);
  }
  return tokens;
}

const PLAIN = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
const hasLongRun = (text: string) => /\S{200}/u.test(text);

function countSplit(text: string): number {
  let tokens = 0;
  for (const [stretch] of text.matchAll(STRETCH)) tokens += countTokens(stretch, PLAIN);
  return tokens;
}
