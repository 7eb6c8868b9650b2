/** Log probabilities of a response: when they are wanted, and their form. Pure. */
import type { LanguageModel, TokenChance, TokenLogprob } from '../../engines/language-model.ts';
import { requireFeature } from '../../generation/request/features.ts';
import { toTokenText, toWireLogprob } from '../logprobs.ts';
import type { ResponseRequest } from './response-request.ts';

const INCLUDED = 'message.output_text.logprobs';

/** Number of alternatives to report with each token; undefined: no log probabilities. */
export function toTopLogprobs(
  { include, top_logprobs: top }: Pick<ResponseRequest, 'include' | 'top_logprobs'>,
  model: LanguageModel,
): number | undefined {
  const index = (include ?? []).indexOf(INCLUDED);
  if (index >= 0) requireFeature(model, 'logprobs', `include[${index}]`);
  else if ((top ?? 0) === 0) return undefined;
  else requireFeature(model, 'logprobs', 'top_logprobs');
  return top ?? 0;
}

export function toTokenLogprob(token: TokenLogprob) {
  return { ...toEntry(token), top_logprobs: token.top.map(toEntry) };
}

function toEntry(chance: TokenChance) {
  return {
    token: toTokenText(chance, (bytes) => bytes),
    logprob: toWireLogprob(chance.logprob),
    bytes: [...(chance.bytes ?? [])],
  };
}
