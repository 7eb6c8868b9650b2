/** `logprobs` and `top_logprobs`, and log probabilities in the form of chat completions. Pure. */
import type { ChatCompletionTokenLogprob, CreateChatCompletionRequest } from '@selfsame/contract';
import type { LanguageModel, TokenChance, TokenLogprob } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import { requireFeature } from '../../../generation/request/features.ts';
import { toTokenText, toWireLogprob } from '../../logprobs.ts';

/** Number of alternatives to report with each token; undefined: no log probabilities. */
export function toTopLogprobs(body: CreateChatCompletionRequest, model: LanguageModel): number | undefined {
  const { logprobs, top_logprobs: top } = body;
  if (logprobs !== true) {
    if (top === undefined || top === null) return undefined;
    throw errors.invalidValue('top_logprobs', "'top_logprobs' is only allowed when 'logprobs' is true.");
  }
  requireFeature(model, 'logprobs', 'logprobs');
  return top ?? 0;
}

export function toTokenLogprobs(tokens: readonly TokenLogprob[]): ChatCompletionTokenLogprob[] {
  return tokens.map((token) => ({ ...toEntry(token), top_logprobs: token.top.map(toEntry) }));
}

function toEntry(chance: TokenChance) {
  return {
    token: toTokenText(chance, (bytes) => bytes),
    logprob: toWireLogprob(chance.logprob),
    bytes: chance.bytes === null ? null : [...chance.bytes],
  };
}
