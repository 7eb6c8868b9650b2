/**
 * Tokenizes a raw prompt. Invariants: a text and its token ids give the same tokens; there is exactly one BOS if the
 * model uses one. The caller controls the whole prompt, so strings of control tokens in it become control tokens.
 */
import { EngineFailure } from '../child-process/failure.ts';
import type { ContinuationRequest } from '../language-model.ts';
import type { PromptTokenizer } from './prompt.ts';

export interface ContinuationOptions<Token extends number> {
  tokenizer: PromptTokenizer<Token>;
  /** Size of the vocabulary. */
  vocabulary: number;
  /** The prompt in place of an empty one. */
  empty: Token | undefined;
  /** Marker tokens for filling the middle of a text; undefined = the model cannot do that. */
  middle: { prefix: Token; suffix: Token; middle: Token } | undefined;
}

export interface ContinuationPrompt<Token> {
  prompt: Token[];
  /** Index of the first token of the caller's text. */
  from: number;
}

/** Throws EngineFailure `unknown_token` for an id that the vocabulary lacks. */
export function tokenizeContinuation<Token extends number>(
  { prompt, suffix }: ContinuationRequest,
  { tokenizer, vocabulary, empty, middle }: ContinuationOptions<Token>,
): ContinuationPrompt<Token> {
  const own = typeof prompt === 'string' ? tokenizer.tokenize(prompt, false) : checkTokens<Token>(prompt, vocabulary);
  const whole = [...own];
  if (suffix !== undefined) {
    if (middle === undefined) throw new Error('the model has no tokens for filling a middle');
    whole.unshift(middle.prefix);
    whole.push(middle.suffix, ...tokenizer.tokenize(suffix, true), middle.middle);
  }
  if (tokenizer.bos !== undefined && whole[0] !== tokenizer.bos) whole.unshift(tokenizer.bos);
  if (whole.length === 0 && empty !== undefined) whole.push(empty);
  if (whole.length === 0) {
    const message = "Invalid 'prompt': it is empty, and this model has no token to begin with.";
    throw new EngineFailure({ code: 'invalid_parameter', param: 'prompt', message });
  }
  return { prompt: whole, from: whole.length - own.length };
}

function checkTokens<Token extends number>(tokens: readonly number[], vocabulary: number): Token[] {
  const foreign = tokens.find((token) => token >= vocabulary);
  if (foreign !== undefined)
    throw new EngineFailure({ code: 'unknown_token', param: 'prompt', token: foreign, vocabulary });
  return tokens as Token[];
}
