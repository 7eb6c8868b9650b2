/** Wire forms of a token and its log probability, shared by all lists of them. Pure. */
import type { TokenChance } from '../engines/language-model.ts';

/** The API writes this value for negligible probabilities. */
const MIN_LOGPROB = -9999;

export function toWireLogprob(logprob: number): number {
  return Math.max(logprob, MIN_LOGPROB);
}

/** Returns the text of the token, or the result of `spell` if its bytes are not whole characters. */
export function toTokenText({ token, bytes }: Omit<TokenChance, 'logprob'>, spell: (bytes: string) => string): string {
  if (bytes === null || !token.includes('\ufffd')) return token;
  const own = Buffer.from(bytes);
  if (Buffer.from(token, 'utf8').equals(own)) return token;
  return spell(bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''));
}
