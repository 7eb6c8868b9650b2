/**
 * The caller's bias of logits. The binding's own setter passes over tokens that end a text, so this file reaches into its internals.
 * Invariant: every token of the bias has its effect, those that end the text included.
 */
import type { Token, TokenBias } from 'node-llama-cpp';

const BANNED = -100;

export interface CallerBiasOptions {
  isEnd(token: Token): boolean;
  /** Whether a grammar may leave nothing but the end, which must not be impossible then. */
  underGrammar: boolean;
}

/** Adds the caller's bias. A banned token is never drawn; under a grammar an end of the text is, where nothing else is left. */
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
