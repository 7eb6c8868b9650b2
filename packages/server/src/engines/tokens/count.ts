/**
 * How many tokens of cl100k_base, the vocabulary of the hosted embedding models, a text has. Loading this file loads the vocabulary, which
 * takes a fifth of a second: for worker threads.
 */
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';

/** A run without spaces takes time that grows with its square; what is cut off counts a little more than it should. */
const STRETCH = /\s*\S{1,200}|\s+/gu;

/** Special tokens count as the text that they are. */
export function countHostedTokens(text: string): number {
  let tokens = 0;
  for (const [stretch] of text.matchAll(/(?:\s*\S{1,200}){1,40}|\s+/gu)) {
    tokens += longRun(stretch) ? countApart(stretch) : countTokens(stretch, PLAIN);
  }
  return tokens;
}

const PLAIN = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
const longRun = (text: string) => /\S{200}/u.test(text);

function countApart(text: string): number {
  let tokens = 0;
  for (const [stretch] of text.matchAll(STRETCH)) tokens += countTokens(stretch, PLAIN);
  return tokens;
}
