/** Sampling parameters → the engine's. Pure. What the model cannot do is refused by name. */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import type { LanguageModel, LanguageModelFeature, Sampling } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';

type Body = CreateChatCompletionRequest;

/** Throws `unsupported_parameter` unless the model has the feature that `param` needs. */
export function requireFeature(model: LanguageModel, feature: LanguageModelFeature, param: string): void {
  if (model.capabilities.features.includes(feature)) return;
  throw errors.unsupportedParameter(param, `The model '${model.modelId}' cannot honour it.`);
}

export function toSampling(body: Body, model: LanguageModel): Sampling {
  const { seed } = body;
  return {
    temperature: body.temperature ?? 1,
    topP: body.top_p ?? 1,
    ...(seed === undefined || seed === null ? {} : { seed }),
    ...toPenalties(body, model),
    ...toLogitBias(body, model),
  };
}

function toPenalties(body: Body, model: LanguageModel): Partial<Sampling> {
  const frequencyPenalty = body.frequency_penalty ?? 0;
  const presencePenalty = body.presence_penalty ?? 0;
  if (frequencyPenalty !== 0) requireFeature(model, 'penalties', 'frequency_penalty');
  if (presencePenalty !== 0) requireFeature(model, 'penalties', 'presence_penalty');
  return frequencyPenalty === 0 && presencePenalty === 0 ? {} : { frequencyPenalty, presencePenalty };
}

function toLogitBias(body: Body, model: LanguageModel): Partial<Sampling> {
  const entries = Object.entries(body.logit_bias ?? {});
  if (entries.length === 0) return {};
  requireFeature(model, 'logit_bias', 'logit_bias');
  const logitBias = entries.map(([key, value]): [number, number] => {
    if (/^\d+$/.test(key)) return [Number(key), value];
    throw errors.invalidValue('logit_bias', `Invalid key in 'logit_bias': '${key}'. Keys are token ids of the model.`);
  });
  return { logitBias: new Map(logitBias) };
}
