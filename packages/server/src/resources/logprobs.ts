/** How a token and its log probability are written on the wire, whatever list they stand in. Pure. */
import type { TokenChance } from '../engines/language-model.ts';

/** Stands for what is less likely than any number says. */
const NEGLIGIBLE = -9999;

export function toWireLogprob(logprob: number): number {
  return Math.max(logprob, NEGLIGIBLE);
}

/** The token's text, or what `spell` makes of its bytes where they are no whole characters. */
export function toTokenText({ token, bytes }: Omit<TokenChance, 'logprob'>, spell: (bytes: string) => string): string {
  if (bytes === null || !token.includes('\ufffd')) return token;
  const own = Buffer.from(bytes);
  if (Buffer.from(token, 'utf8').equals(own)) return token;
  return spell(bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''));
}
