import type { LlamaGrammarEvaluationState, Token, TokenBias } from 'node-llama-cpp';
import type { Sampling } from '../language-model.ts';
import type { AnswerText } from './answer-text.ts';

/** A request that is ready to be decoded. */
export interface Job {
  id: number;
  /** Whether the request is a batch line, which yields to online requests. */
  batch: boolean;
  prompt: Token[];
  sampling: Sampling;
  /** The grammar of the answer; undefined = free text. */
  grammar: LlamaGrammarEvaluationState | undefined;
  /** Under a grammar: the bias of the next token, including the caller's bias. */
  bias?: (answered: readonly Token[]) => TokenBias;
  /** Maximum completion tokens, already limited by the context. */
  maxTokens: number;
  /** Number of most likely tokens to report with each token; undefined = no log probabilities. */
  topLogprobs: number | undefined;
  /**
   * Report the log probabilities of the prompt's tokens from this index on (earlier tokens are not in the caller's
   * text); undefined = none.
   */
  scoredFrom: number | undefined;
  answer: AnswerText<Token>;
}
