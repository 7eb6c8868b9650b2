/**
 * Applies the caller's `logit_bias`. The binding's setter ignores tokens that end a text, so this file uses its
 * internals.
 * Invariant: every token of the bias takes effect, including tokens that end the text.
 */
import type { Token, TokenBias } from 'node-llama-cpp';

const BANNED = -100;

export interface CallerBiasOptions {
  isEnd(token: Token): boolean;
  /** Under a grammar the end of the text may be the only allowed token, so it is never banned completely. */
  underGrammar: boolean;
}

export function addCallerBias(
  bias: TokenBias,
  logitBias: ReadonlyMap<number, number>,
  { isEnd, underGrammar }: CallerBiasOptions,
): void {
  const logits = (bias as unknown as { _biases?: Map<number, number> })._biases;
  if (!(logits instanceof Map)) throw new Error('the binding keeps biases in another place');
  for (const [token, logit] of logitBias) {
    const possible = underGrammar && isEnd(token as Token);
    logits.set(token, logit <= BANNED && !possible ? Number.NEGATIVE_INFINITY : logit);
  }
}
