/**
 * A raw text → tokens. Invariants: a text and its own token ids become the same tokens; exactly one BOS where the model wants one.
 * The caller writes the whole prompt, so the strings of control tokens in it are control tokens.
 */
import { EngineFailure } from '../child-process/failure.ts';
import type { ContinuationRequest } from '../language-model.ts';
import type { PromptTokenizer } from './prompt.ts';

export interface ContinuationOptions<Token extends number> {
  tokenizer: PromptTokenizer<Token>;
  /** Tokens of the model. */
  vocabulary: number;
  /** Stands for an empty prompt. */
  empty: Token | undefined;
  /** The tokens before a text's beginning, before its end, and before its middle; undefined = the model fills no middles. */
  middle: { prefix: Token; suffix: Token; middle: Token } | undefined;
}

export interface ContinuationPrompt<Token> {
  prompt: Token[];
  /** The first token that stands for something the caller said. */
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
